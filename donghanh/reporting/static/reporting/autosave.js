// A sheet while it is being filled: every change goes at once to the device and a second after the last key to the
// server, box by box; what others change appears; without network the sheet is filled and sent all the same.
import { drop, keep, row, rows } from "../dh/sending.js";
import { send } from "../dh/device.js";
import { Boxes, plain } from "./boxes.js";
import { Clashes } from "./clashes.js";

const PAUSE = 1000; // ms after the last key
const RETRY = 5000; // ms after an attempt that found no network
const LOOK = 5000; // ms between looks at what others wrote
const PATIENCE = 15000; // ms for an answer

class Sheet {
  constructor(form) {
    const kept = JSON.parse(document.getElementById("dh-kept").textContent);
    this.form = form;
    this.about = form.dataset;
    this.pk = Number(this.about.dhReport);
    this.account = kept.account;
    this.revision = kept.revision;
    this.base = kept.draft; // what the server holds, as far as this page knows
    this.pending = new Map(); // box → [was, now], not yet with the server
    this.boxes = new Boxes(form, kept.typed);
    this.offered = JSON.parse(document.getElementById("q-data").textContent).offered; // cell → the programme's own count
    this.clashes = new Clashes(form, this.boxes, (box, text, theirs) => this.decide(box, text, theirs));
    this.shown = form.querySelector("[data-dh-saved]");
    this.writer = form.querySelector("[data-dh-writer]");
    this.key = crypto.randomUUID?.() ?? form.elements.client_key.value;
    this.begin(kept.stale);
  }

  async begin(stale) {
    const [draft, waiting] = await Promise.all([this.stored("drafts", this.pk), this.waiting()]);
    for (const box of this.boxes.names()) {
      const [was, now] = [this.base[box] ?? "", this.boxes.value(box)];
      if (was === now || this.counted(box)) continue;
      if (stale) this.clashes.add(box, { mine: now, theirs: was, was, by: "" });
      else this.pending.set(box, [was, now]);
    }
    for (const [box, [was, now]] of Object.entries(draft?.boxes ?? {})) {
      this.pending.set(box, [was, now]);
      this.put(box, now);
    }
    this.form.addEventListener("input", (event) => this.typed([event.target.name]));
    this.form.addEventListener("change", (event) => this.typed([event.target.name]));
    const others = () => this.boxes.names().filter((box) => !this.counted(box));
    this.form.addEventListener("dh:answers", () => this.typed(others())); // a pasted block has no input of its own
    this.form.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("dh:sent", ({ detail }) => this.arrived(detail));
    addEventListener("online", () => this.save());
    addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
    setInterval(() => this.look(), LOOK);
    if (waiting) return this.rest(waiting);
    this.tell();
    if (this.pending.size) this.plan(0);
  }

  async stored(store, key) {
    try { return await row(this.account, store, key); } catch { return undefined; }
  }

  async waiting() {
    try { return (await rows(this.account, "sendings")).find(({ pk, state }) => pk === this.pk && state === "waiting"); } catch { return undefined; }
  }

  // Does the programme's own count stand in this box, and nobody's word? The server puts it there again by itself.
  counted(box) {
    if (!Object.hasOwn(this.offered, box) || this.base[box] || this.pending.has(box)) return false;
    return this.boxes.value(box) === String(this.offered[box].value).replace(".", ",");
  }

  put(box, text) {
    this.filling = true; // not a word of the person at this page
    this.boxes.put(box, text);
    this.filling = false;
  }

  typed(names) {
    if (this.filling || this.sent) return;
    let changed = false;
    for (const box of names) {
      if (!box || !this.boxes.root.contains(this.boxes.parts(box)[0])) continue;
      const now = this.boxes.value(box);
      if (this.clashes.has(box)) this.clashes.change(box, "mine", now);
      const [was, last] = this.pending.get(box) ?? [this.base[box] ?? "", this.base[box] ?? ""];
      if (now === last && !this.clashes.has(box)) continue;
      changed = true;
      if (this.clashes.has(box)) continue;
      if (now === was) this.pending.delete(box);
      else this.pending.set(box, [was, now]);
    }
    if (!changed) return;
    this.onDevice();
    this.plan(PAUSE);
  }

  // One write at a time, and always the newest; typing waits for none of them.
  async onDevice() {
    this.dirty = true;
    if (this.writing) return;
    this.writing = true;
    while (this.dirty) {
      this.dirty = false;
      const boxes = Object.fromEntries([...this.pending, ...this.clashes.entries()]);
      try {
        if (Object.keys(boxes).length) await keep(this.account, "drafts", { pk: this.pk, url: this.about.dhAutosave, boxes });
        else await drop(this.account, "drafts", this.pk);
      } catch { /* no room on the device: the server has it in a second */ }
    }
    this.writing = false;
  }

  say(text, tone = "") {
    this.shown.dataset.tone = tone;
    if (this.shown.textContent !== text) this.shown.textContent = text;
  }

  tell(saved = "") {
    if (saved) this.at = saved;
    const waits = this.pending.size;
    const waiting = waits && (this.offline || !navigator.onLine) ? this.shown.dataset.waiting.replace("%(count)s", waits) : "";
    if (this.clashes.size) this.say([waiting, this.shown.dataset.choose].filter(Boolean).join(" · "), "late");
    else if (waiting) this.say(waiting);
    else if (!waits && this.at) this.say(`${this.shown.dataset.done} ${this.at}`);
  }

  plan(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
    this.tell();
  }

  async ask(url, body) {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? this.form.elements.csrfmiddlewaretoken.value;
    const posting = body && { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(body) };
    const answer = await fetch(url, { ...posting, signal: AbortSignal.timeout(PATIENCE) });
    if (answer.redirected) throw new Error("signed out");
    return { answer, told: answer.status === 204 ? null : await answer.json() };
  }

  async save() {
    if (this.busy || this.sent || this.stopped || !this.pending.size) return;
    this.busy = true;
    const sent = new Map(this.pending);
    this.say(this.shown.dataset.saving);
    try {
      const { answer, told } = await this.ask(this.about.dhAutosave, { revision: this.revision, changes: Object.fromEntries(sent) });
      this.offline = false;
      if (answer.ok) this.settle(told, sent);
      else { // closed meanwhile, too long: nothing was overwritten
        this.stopped = answer.status === 409;
        this.say(told.sentence, "late");
      }
    } catch (fault) { // no network: it lies on the device; try again
      this.offline = true;
      this.tell();
      if (fault.message === "signed out") this.say(this.shown.dataset.signedOut, "late");
      this.plan(RETRY);
    } finally {
      this.busy = false;
    }
  }

  settle(told, sent) {
    for (const [box, [, now]] of sent) {
      const current = this.pending.get(box)?.[1] ?? now;
      this.pending.delete(box);
      if (told.clashes[box]) this.clashes.add(box, { ...told.clashes[box], mine: current });
      else if (plain(current) !== plain(now)) this.pending.set(box, [plain(now), current]);
    }
    this.take(told);
    this.onDevice();
    this.tell(told.saved);
    if (this.pending.size) this.plan(PAUSE);
  }

  // What the server holds now: boxes that nobody touches here follow it.
  take({ revision, draft }) {
    this.revision = revision;
    this.form.elements.revision.value = revision;
    for (const box of new Set([...Object.keys(this.base), ...Object.keys(draft)])) {
      const theirs = draft[box] ?? "";
      if (this.clashes.has(box)) this.clashes.change(box, "theirs", theirs);
      else if (!this.pending.has(box) && theirs !== this.boxes.value(box)) this.put(box, theirs);
    }
    this.base = draft;
  }

  decide(box, text, theirs) {
    this.put(box, text);
    if (text === theirs) this.pending.delete(box);
    else this.pending.set(box, [theirs, text]);
    this.onDevice();
    this.plan(0);
  }

  async look() {
    if (this.busy || this.sent || this.stopped || document.visibilityState !== "visible" || !navigator.onLine) return;
    try {
      const { answer, told } = await this.ask(this.about.dhNews.replace(/\d+\/$/, `${this.revision}/`));
      if (answer.ok && told && told.revision > this.revision && !this.busy) {
        this.writer.textContent = told.writer ? this.writer.dataset.dhWriter.replace("%(name)s", told.writer) : "";
        clearTimeout(this.gone);
        this.gone = setTimeout(() => { this.writer.textContent = ""; }, 120000);
        if (told.sentence) { // sent or closed by another meanwhile
          this.stopped = true;
          return this.say(told.sentence, "late");
        }
        this.take(told);
        this.tell();
      }
    } catch { /* no network: look again */ }
  }

  async submitted(event) {
    if (this.native) return; // the server draws the page with its sentences
    event.preventDefault();
    const { submitter } = event;
    if (submitter?.matches("[data-dh-save]")) return this.save();
    if (this.trying) return;
    if (this.clashes.size) return this.clashes.focus();
    this.trying = true;
    try {
      clearTimeout(this.timer);
      while (this.busy) await new Promise((done) => setTimeout(done, 50)); // its answer moves the revision
      await this.trySending(submitter);
    } finally {
      this.trying = false;
    }
  }

  async trySending(submitter) {
    const typed = {}; // empty boxes too: what was emptied by hand is not filled again with the count
    for (const box of this.boxes.names()) typed[box] = this.boxes.value(box);
    const { revision, key, pk } = this;
    if (navigator.onLine) {
      try {
        const { answer, told } = await this.ask(this.about.dhSend, { client_key: key, revision, typed });
        if (answer.ok) {
          this.sent = true;
          await drop(this.account, "drafts", pk).catch(() => {});
          return location.assign(this.about.dhReported);
        }
        if (told.moved) { // somebody saved in between: show it first
          await this.look();
          return this.say(this.shown.dataset.moved, "late");
        }
        this.native = true;
        return this.form.requestSubmit(submitter);
      } catch { /* no network after all */ }
    }
    const summary = this.form.querySelector("[data-dh-summary]");
    if (summary && (summary.dataset.dhState ?? "done") !== "done") {
      summary.querySelector("[data-dh-next]")?.click();
      return this.say(this.shown.dataset.incomplete, "late");
    }
    const place = { url: this.about.dhSend, fill: location.pathname, title: document.title.replace(/ · Đồng Hành$/, "") };
    const sending = { key, pk, revision, typed, base: this.base, state: "waiting", at: Date.now(), ...place };
    await keep(this.account, "sendings", sending);
    await drop(this.account, "drafts", pk);
    navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("dh-send")).catch(() => {});
    this.rest(sending);
    send(); // a network that was only slow takes it now
  }

  // The report waits on the device: the sheet rests until it is sent or taken back.
  rest(sending) {
    this.sent = true;
    this.filling = true;
    for (const box of this.boxes.names()) this.boxes.put(box, sending.typed[box] ?? "");
    this.filling = false;
    const told = this.form.querySelector("[data-dh-rests]");
    told.hidden = false;
    this.boxes.root.inert = true;
    for (const button of this.form.querySelectorAll(".dh-actions button")) button.disabled = true;
    this.say(this.shown.dataset.queued);
    told.querySelector("button").addEventListener("click", () => this.takeBack(sending), { once: true });
    told.scrollIntoView({ block: "center" });
    told.querySelector("a").focus();
  }

  async takeBack({ key, typed, base }) {
    await drop(this.account, "sendings", key);
    const boxes = {};
    for (const box of this.boxes.names()) {
      if ((base[box] ?? "") !== (typed[box] ?? "")) boxes[box] = [base[box] ?? "", typed[box] ?? ""];
    }
    await keep(this.account, "drafts", { pk: this.pk, boxes });
    location.reload();
  }

  arrived({ pk, state }) {
    if (pk !== this.pk || !this.sent) return;
    if (state === "sent") location.assign(this.about.dhReported);
    else location.reload();
  }
}

const form = document.querySelector("[data-dh-autosave]");
if (form) new Sheet(form);
