// Asks twice a second, while the page is in sight, whether its figures have changed; loads it anew when they have.
const EVERY = 500; // ms; an answer of 204 costs the server about five milliseconds
const place = document.querySelector("[data-dh-live]");

async function ask() {
  if (document.visibilityState === "visible") {
    try {
      const answer = await fetch(place.dataset.dhLive, { signal: AbortSignal.timeout(10000) });
      if (answer.status === 200) return location.reload(); // 204: nothing new
    } catch { /* no network: ask again */ }
  }
  setTimeout(ask, EVERY);
}

if (place) setTimeout(ask, EVERY);
