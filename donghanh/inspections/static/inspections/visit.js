// A visit's checklist without network: what is typed stays on the device until the server has it, pictures included.
// One sending bears one key: sent twice it is still one.
const LONG = 30000; // ms for one answer

function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open("dong-hanh-visits", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("typed"); // visit → {revision, boxes}
      asked.result.createObjectStore("waiting"); // visit → [[name, text or file], …]
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function within(store, mode, act) {
  const database = await opened();
  try {
    return await new Promise((done, failed) => {
      const moving = database.transaction(store, mode, { durability: "strict" });
      const asked = act(moving.objectStore(store));
      moving.oncomplete = () => done(asked.result);
      moving.onerror = () => failed(moving.error);
    });
  } finally {
    database.close();
  }
}

const kept = (store, visit) => within(store, "readonly", (place) => place.get(visit));
const keep = (store, visit, value) => within(store, "readwrite", (place) => place.put(value, visit));
const drop = (store, visit) => within(store, "readwrite", (place) => place.delete(visit));

async function start(form) {
  const visit = form.dataset.dhVisit;
  const state = form.querySelector("[data-dh-state]");
  const said = (words) => { state.textContent = words; };
  const boxes = [...form.elements].filter((box) => box.name && !["hidden", "file", "submit"].includes(box.type));

  const before = await kept("typed", visit);
  if (before?.revision === form.elements.revision.value) {
    for (const box of boxes) box.value = before.boxes[box.name] ?? box.value;
    said(form.dataset.dhKept);
  } else if (before) await drop("typed", visit); // somebody has written since: theirs is what stands

  form.addEventListener("input", async () => {
    const typed = Object.fromEntries(boxes.map((box) => [box.name, box.value]));
    await keep("typed", visit, { revision: form.elements.revision.value, boxes: typed });
    said(form.dataset.dhKept);
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await keep("waiting", visit, [...new FormData(form).entries()]);
    await send(form, visit, said);
  });

  addEventListener("online", () => send(form, visit, said));
  if (await kept("waiting", visit)) await send(form, visit, said);
}

async function send(form, visit, said) {
  await navigator.locks.request(`dh-visit-${visit}`, async () => {
    const waiting = await kept("waiting", visit);
    if (!waiting) return;
    const body = new FormData();
    for (const [name, value] of waiting) body.append(name, value);
    let answer;
    try {
      answer = await fetch(location.pathname, {
        method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(LONG),
      });
    } catch {
      said(form.dataset.dhWaiting);
      return;
    }
    await drop("waiting", visit); // what the server refuses stands in the boxes still
    if (answer.ok) {
      await drop("typed", visit);
      said(form.dataset.dhSent);
      location.reload();
    } else said((await answer.json().catch(() => ({}))).sentence ?? answer.statusText);
  });
}

const form = document.querySelector("[data-dh-visit]");
if (form) start(form);
