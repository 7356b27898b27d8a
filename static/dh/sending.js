// What a device keeps for one account, and how reports that waited for the network are sent. Used by pages and, with
// the word `export` taken out, by the service worker: it imports nothing and touches no page.
//
// drafts: {pk, url, boxes: {box: [was, now]}} – typed and not yet with the server
// visits: {visit, revision, boxes, waiting} – the checklist of a visit; waiting: null or [[name, text or file], …]
// sendings: {key, pk, url, fill, title, revision, typed, base, state, at} – state: waiting, sent or refused

const LONG = 30000; // ms for one answer

export function opened(account) {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(`dong-hanh-${account}`, 2);
    asked.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) {
        asked.result.createObjectStore("drafts", { keyPath: "pk" });
        asked.result.createObjectStore("sendings", { keyPath: "key" });
      }
      asked.result.createObjectStore("visits", { keyPath: "visit" });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function within(account, store, mode, act) {
  const database = await opened(account);
  try {
    return await new Promise((done, failed) => {
      const moving = database.transaction(store, mode, { durability: "strict" });
      const asked = act(moving.objectStore(store));
      moving.oncomplete = () => done(asked.result);
      moving.onerror = () => failed(moving.error);
      moving.onabort = () => failed(moving.error);
    });
  } finally {
    database.close();
  }
}

export const rows = (account, store) => within(account, store, "readonly", (place) => place.getAll());
export const row = (account, store, key) => within(account, store, "readonly", (place) => place.get(key));
export const keep = (account, store, value) => within(account, store, "readwrite", (place) => place.put(value));
export const drop = (account, store, key) => within(account, store, "readwrite", (place) => place.delete(key));

// Who is signed in and the token for sending; null without network or without sign-in.
export async function whoSends(address) {
  try {
    const answer = await fetch(address, { redirect: "error", signal: AbortSignal.timeout(LONG) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

// Send what waits, one after the other. Every sending carries its key: sent twice it is still one.
export async function sendWaiting(address, account, told = () => {}) {
  await navigator.locks.request("dh-send", async () => {
    if (account && !(await rows(account, "sendings")).some(({ state }) => state === "waiting")) return;
    const who = await whoSends(address);
    if (!who || (account && String(who.account) !== String(account))) return;
    for (const waiting of await rows(who.account, "sendings")) {
      if (waiting.state !== "waiting") continue;
      const done = await sendOne(who, waiting);
      if (!done) return; // the network is gone again: the rest waits
      told(done);
    }
  });
}

// Words typed without network in a sheet that is no longer open go to its draft; where another wrote meanwhile, they stay
// here until that sheet is opened and asks.
export async function saveDrafts(address, account, open) {
  await navigator.locks.request("dh-drafts", async () => {
    const found = (await rows(account, "drafts")).filter(({ pk, url }) => url && pk !== open);
    if (!found.length) return;
    const who = await whoSends(address);
    if (String(who?.account) !== String(account)) return;
    for (const { pk, url, boxes } of found) {
      const answer = await post(url, who.token, { revision: 0, changes: boxes });
      if (!answer.ok) continue;
      const { clashes } = await answer.json();
      const left = Object.fromEntries(Object.entries(boxes).filter(([box]) => box in clashes));
      if (Object.keys(left).length) await keep(account, "drafts", { pk, boxes: left }); // no address: the person decides
      else await drop(account, "drafts", pk);
    }
  });
}

function post(url, token, body) {
  return fetch(url, {
    method: "POST",
    redirect: "error",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(LONG),
  });
}

async function sendOne(who, waiting) {
  const { key, pk, url, revision, typed, base } = waiting;
  try {
    const answer = await post(url, who.token, { client_key: key, revision, typed });
    if (answer.status >= 500 || answer.status === 429) return null;
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) {
      const { typed: _typed, base: _base, ...kept } = waiting;
      const sent = { ...kept, receipt: said.receipt, when: said.at, state: "sent" };
      await keep(who.account, "sendings", sent);
      return sent;
    }
    const boxes = {}; // nothing is lost: what was typed lies in the sheet again
    for (const box of new Set([...Object.keys(base), ...Object.keys(typed)])) {
      if ((base[box] ?? "") !== (typed[box] ?? "")) boxes[box] = [base[box] ?? "", typed[box] ?? ""];
    }
    await keep(who.account, "drafts", { pk, boxes });
    const refused = { ...waiting, state: "refused", sentence: said.sentence ?? "" };
    await keep(who.account, "sendings", refused);
    return refused;
  } catch {
    return null;
  }
}
