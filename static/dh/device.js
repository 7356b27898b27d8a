// The device of one account: the service worker, the queue of reports that wait for the network, and leaving no trace
// on a shared computer. A page of the account carries `data-dh-account` on its body.
import { drop, rows, saveDrafts, sendWaiting } from "./sending.js";

const { dhAccount: account, dhSender: sender, dhWorker: worker } = document.body.dataset;
const KEPT_DAYS = 30; // how long the receipt of a sending is shown on the device
const DAY = 24 * 3600 * 1000;
const AGAIN = 30000; // ms between attempts while something waits

const remembered = () => { try { return localStorage.getItem("dh-account"); } catch { return null; } };
const remember = (who) => { try { who ? localStorage.setItem("dh-account", who) : localStorage.removeItem("dh-account"); } catch { /* none */ } };

async function unsent(who) {
  const [drafts, sendings, visits] = await Promise.all(["drafts", "sendings", "visits"].map((store) => rows(who, store)));
  return visits.length + drafts.filter(({ boxes }) => Object.keys(boxes).length).length + sendings.filter(({ state }) => state === "waiting").length;
}

// Take pages and receipts of an account off the device; what it has not sent yet goes only where `all` is true.
async function leave(who, all) {
  const names = (await window.caches?.keys()) ?? [];
  await Promise.all(names.filter((name) => name.startsWith("dh-pages-")).map((name) => caches.delete(name)));
  if (all || !(await unsent(who))) {
    await new Promise((done) => {
      const gone = indexedDB.deleteDatabase(`dong-hanh-${who}`);
      gone.onsuccess = gone.onerror = gone.onblocked = done;
    });
  } else {
    for (const { key, state } of await rows(who, "sendings")) if (state === "sent") await drop(who, "sendings", key);
  }
}

export async function send() {
  if (!account) return;
  await sendWaiting(sender, account, (done) => {
    document.dispatchEvent(new CustomEvent("dh:sent", { detail: done }));
  });
  document.dispatchEvent(new Event("dh:queue"));
  const open = Number(document.querySelector("[data-dh-report]")?.dataset.dhReport);
  await saveDrafts(sender, account, open).catch(() => {}); // the network is gone again: later
}

async function begin() {
  const before = remembered();
  if (account && before && before !== account) await leave(before, false);
  if (account) remember(account);
  if (!account) return;
  for (const { key, state, at } of await rows(account, "sendings")) {
    if (state === "sent" && Date.now() - at > KEPT_DAYS * DAY) await drop(account, "sendings", key);
  }
  await send();
  addEventListener("online", send);
  setInterval(async () => {
    const waits = (await rows(account, "sendings")).some(({ state }) => state === "waiting");
    if (waits && navigator.onLine) await send();
  }, AGAIN);
}

for (const form of document.querySelectorAll("form[data-dh-sign-out]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const waiting = await unsent(account).catch(() => 0);
    if (waiting && !confirm(form.dataset.dhSignOut.replace("%(count)s", waiting))) return;
    remember("");
    await leave(account, true).catch(() => {});
    form.submit();
  });
}

if (worker && navigator.serviceWorker) navigator.serviceWorker.register(worker, { scope: "/" }).catch(() => {});
if (window.indexedDB && navigator.locks) begin().catch(() => {});
