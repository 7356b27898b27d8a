/* global SHELL, sendWaiting */
// The service worker: pages and files for when there is no network. `SHELL` and the queue stand above, put there by the
// view. Files carry the hash of their content, so what lies here never goes stale; pages come from the network first.
const FILES = `dh-files-${SHELL.version}`;
const PAGES = "dh-pages-"; // + account: a page is kept for the one it was made for
const KEPT = /^\/(bao-cao\/(can-nop|\d+\/dien)|kiem-tra-co-so\/cuoc\/\d+)\/$/;
const SIGN_IN = /\/dang-nhap\//;

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(FILES).then((files) => files.addAll([...SHELL.files, SHELL.offline])));
});

addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("dh-files-") && name !== FILES;
  const cleared = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(cleared.then(() => clients.claim()));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(fromDevice(request));
  else if (request.mode === "navigate") event.respondWith(page(request, url));
});

addEventListener("sync", (event) => {
  if (event.tag === "dh-send") event.waitUntil(sendWaiting(SHELL.sender));
});

async function fromDevice(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function page(request, url) {
  const kept = KEPT.test(url.pathname);
  let answer;
  try {
    answer = await fetch(request);
  } catch { // no network; a slow one is waited for: only the server knows whether the session still stands
    return (kept ? await lying(url) : undefined) ?? (await caches.match(SHELL.offline)) ?? Response.error();
  }
  const account = answer.headers.get("X-Kept-For");
  // A navigation's redirect is followed by the browser, which asks here again for the page that it leads to.
  if (answer.ok && SIGN_IN.test(new URL(answer.url || url).pathname)) await forget().catch(() => {});
  else if (kept && !url.search && answer.ok && account) await keepPage(account, url, answer.clone()).catch(() => {});
  return answer;
}

// Nobody is signed in any more: the next one at this device may be another.
async function forget() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PAGES));
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function lying(url) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(PAGES)) continue;
    const found = await (await caches.open(name)).match(url.pathname, { ignoreVary: true });
    if (found) return found;
  }
  return undefined;
}

async function keepPage(account, url, answer) {
  for (const name of await caches.keys()) {
    if (name.startsWith(PAGES) && name !== PAGES + account) await caches.delete(name);
  }
  await (await caches.open(PAGES + account)).put(url.pathname, answer);
}
