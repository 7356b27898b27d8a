// A visit's checklist without network: what is typed stays on the device, in its account's own store, until the server
// has it, pictures included. Each pressing is one sending with a key of its own: sent twice it is still one.
import { drop, keep, row } from "../dh/sending.js";

const LONG = 30000; // ms for one answer
const AGAIN = 30000; // ms between attempts while something waits
const STALE = 409; // the server's own refusal, with a sentence; whatever else it answers, the sending waits

const account = document.body.dataset.dhAccount;

async function start(form) {
  const visit = form.dataset.dhVisit;
  const state = form.querySelector("[data-dh-state]");
  const said = (words) => { state.textContent = words; };
  const boxes = [...form.elements].filter((box) => box.name && !["hidden", "file", "submit"].includes(box.type));
  const typed = () => Object.fromEntries(boxes.map((box) => [box.name, box.value]));
  const revision = form.elements.revision.value;

  const before = await row(account, "visits", visit);
  if (before && (before.waiting || before.revision === revision)) {
    for (const box of boxes) box.value = before.boxes[box.name] ?? box.value;
    said(form.dataset.dhKept);
  } else if (before) await drop(account, "visits", visit); // somebody has written since: theirs is what stands

  form.addEventListener("input", async () => {
    const kept = await row(account, "visits", visit);
    await keep(account, "visits", { visit, revision, boxes: typed(), waiting: kept?.waiting ?? null });
    said(form.dataset.dhKept);
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.elements.key.value = crypto.randomUUID();
    const kept = await row(account, "visits", visit);
    const pictures = (kept?.waiting ?? []).filter(([name, value]) => name === "pictures" && value.size);
    const waiting = [...new FormData(form).entries(), ...pictures];
    await keep(account, "visits", { visit, revision, boxes: typed(), waiting });
    await send(form, visit, said);
  });

  const again = () => send(form, visit, said);
  addEventListener("online", again);
  setInterval(() => { if (navigator.onLine) again(); }, AGAIN);
  await again();
}

async function send(form, visit, said) {
  await navigator.locks.request(`dh-visit-${visit}`, async () => {
    const kept = await row(account, "visits", visit);
    if (!kept?.waiting) return;
    const body = new FormData();
    for (const [name, value] of kept.waiting) body.append(name, value);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value); // of this page: a sign-in makes a new one
    let answer;
    try {
      answer = await fetch(location.pathname, {
        method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(LONG),
      });
    } catch {
      said(form.dataset.dhWaiting);
      return;
    }
    const told = await answer.json().catch(() => ({}));
    if (answer.ok && told.sent) {
      await drop(account, "visits", visit);
      said(form.dataset.dhSent);
      location.reload();
    } else if (answer.status === STALE && told.sentence) {
      await keep(account, "visits", { ...kept, waiting: null }); // what was typed stands in the boxes still
      said(told.sentence);
    } else said(form.dataset.dhWaiting); // signed out, or the server is in trouble: nothing is lost
  });
}

const form = document.querySelector("[data-dh-visit]");
if (form && account) start(form);
