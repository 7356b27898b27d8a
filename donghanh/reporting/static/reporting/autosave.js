// Keeps what is typed: one request at a time, a second after the last key; says on the page how it stands.
const form = document.querySelector("[data-dh-autosave]");
const PAUSE = 1000; // ms after the last key
const RETRY = 5000; // ms after a failed attempt

if (form) {
  const shown = form.querySelector("[data-dh-saved]");
  const revision = form.elements.revision;
  let timer = 0;
  let dirty = false;
  let busy = false;
  let stopped = false;

  const say = (text) => { shown.textContent = text; };
  const plan = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };

  async function save() {
    if (busy || !dirty || stopped) return;
    busy = true;
    dirty = false;
    say(shown.dataset.saving);
    try {
      const answer = await fetch(form.dataset.dhAutosave, { method: "POST", body: new FormData(form), signal: AbortSignal.timeout(15000) });
      const told = await answer.json();
      if (answer.ok) {
        revision.value = told.revision;
        say(`${shown.dataset.done} ${told.saved}`);
      } else { // saved elsewhere, closed meanwhile, too long: nothing was overwritten
        stopped = answer.status === 409;
        shown.dataset.tone = "late";
        say(told.sentence);
      }
    } catch { // no network: try again, nothing is lost on this page
      dirty = true;
      say(shown.dataset.waiting);
      plan(RETRY);
    } finally {
      busy = false;
      if (dirty) plan(PAUSE);
    }
  }

  const changed = () => { dirty = true; plan(PAUSE); };
  form.addEventListener("input", changed);
  form.addEventListener("dh:answers", changed); // a pasted block, or one taken back, makes no input of its own
  form.addEventListener("submit", (event) => {
    if (busy) { // let the save on its way arrive first: it moves the revision that the sending names
      event.preventDefault();
      const { submitter } = event;
      setTimeout(() => form.requestSubmit(submitter), 50);
      return;
    }
    stopped = true;
    clearTimeout(timer);
  });
  addEventListener("beforeunload", (event) => { if (dirty && !stopped) event.preventDefault(); });
}
