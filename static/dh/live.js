// Asks twice a second, while the page is in sight, whether its figures have changed; loads it anew when they have.
const EVERY = 500; // ms; an answer of 204 costs the server about five milliseconds
const OPEN = "dh-live-open"; // which details the reader had opened, kept over the loading
const place = document.querySelector("[data-dh-live]");
const details = () => [...place.querySelectorAll("details")];

function loadAnew() {
  sessionStorage.setItem(OPEN, JSON.stringify({ path: location.pathname, open: details().map(({ open }) => open) }));
  location.reload();
}

function openAgain() {
  const { path, open } = JSON.parse(sessionStorage.getItem(OPEN) ?? "{}");
  sessionStorage.removeItem(OPEN);
  if (path === location.pathname) details().forEach((one, rank) => { one.open ||= open[rank] ?? false; });
}

async function ask() {
  if (document.visibilityState === "visible") {
    try {
      const answer = await fetch(place.dataset.dhLive, { signal: AbortSignal.timeout(10000) });
      if (answer.status === 200) return loadAnew(); // 204: nothing new
    } catch { /* no network: ask again */ }
  }
  setTimeout(ask, EVERY);
}

if (place) {
  openAgain();
  setTimeout(ask, EVERY);
}
