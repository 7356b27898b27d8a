// “Báo cáo cần nộp” on this device: keeps the open sheets for when the network is gone, shows what waits and what came
// of it.
import { drop, rows } from "../dh/sending.js";

const { dhAccount: account } = document.body.dataset;
const place = document.querySelector("[data-dh-queue]");
const says = place.querySelector("[data-dh-kept]");

async function keepPages() {
  if (!navigator.serviceWorker || !navigator.onLine) return counted();
  await navigator.serviceWorker.ready;
  const cache = await caches.open(`dh-pages-${account}`);
  for (const { url, revision } of JSON.parse(document.getElementById("dh-pages").textContent)) {
    const there = await cache.match(url, { ignoreVary: true });
    if (there?.headers.get("X-Kept-Revision") === revision) continue;
    const answer = await fetch(url, { redirect: "error" }).catch(() => null);
    if (answer?.ok) await cache.put(url, answer);
  }
  if (!(await cache.match(location.pathname))) {
    const own = await fetch(location.pathname, { redirect: "error" }).catch(() => null);
    if (own?.ok) await cache.put(location.pathname, own);
  }
  return counted();
}

async function counted() {
  if (!window.caches) return;
  const cache = await caches.open(`dh-pages-${account}`);
  const kept = (await cache.keys()).filter(({ url }) => url.endsWith("/dien/")).length;
  says.hidden = !kept;
  says.querySelector("span").textContent = says.dataset.dhKept.replace("%(count)s", kept);
}

async function show() {
  const found = (await rows(account, "sendings")).sort((a, b) => b.at - a.at);
  const count = (wanted) => found.filter(({ state }) => state === wanted).length;
  const title = place.querySelector("[data-dh-waiting]");
  const told = [["waiting", title.dataset.dhWaiting], ["refused", title.dataset.dhRefused]].filter(([state]) => count(state));
  title.textContent = told.map(([state, words]) => words.replace("%(count)s", count(state))).join(" · ") || title.dataset.dhNone;
  place.querySelector("[data-dh-card]").hidden = !found.length;
  place.querySelector("[data-dh-list]").replaceChildren(...found.map(line));
}

function line(sending) {
  const { key, state, title, fill, receipt, when, sentence } = sending;
  const copy = place.querySelector(`template[data-dh-row=${state}]`).content.firstElementChild.cloneNode(true);
  const name = copy.querySelector("[data-dh-title]");
  name.textContent = title;
  name.href = state === "sent" ? fill.replace(/dien\/$/, "") : fill;
  const note = copy.querySelector("[data-dh-note]");
  if (state === "sent") {
    const link = note.querySelector("a");
    link.textContent = receipt;
    link.href = `${link.getAttribute("href")}?so=${receipt}`;
    note.append(` · ${when}`);
  } else if (sentence) note.textContent = sentence;
  copy.querySelector("[data-dh-hide]")?.addEventListener("click", async () => {
    await drop(account, "sendings", key);
    await show();
  });
  return copy;
}

let arrived = false;
document.addEventListener("dh:sent", ({ detail }) => {
  arrived ||= detail.state === "sent";
  show();
});
document.addEventListener("dh:queue", () => (arrived ? location.reload() : show())); // the list below says so too
show().catch(() => {});
keepPages().catch(() => {});
