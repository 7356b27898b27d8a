// A questionnaire while it is being typed: what was understood, totals, checks at the field, arrows, blocks pasted from
// a spreadsheet. Without this script the page works too: the server says the same after sending.
//
// The page's <form> hears `dh:answers` after each change by the person, detail: {values, faults, empty, errors,
// warnings} — values by cell and text (null: empty or not understood), sentences of what was not understood by cell,
// codes that are still empty, and how many relations do not hold.

import { NUMERIC, fill, isEmpty, missing, readAnswer, runChecks, settle, tidy } from "./checks.js";
import { formatNumber } from "./numbers.js";

const PAUSE = 150; // milliseconds of quiet before a sentence appears
const SHORTEST_WORD = 3; // letters of an explanation
const STEPS_BACK = 200; // that can be undone
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

class Questionnaire {
  constructor(root) {
    this.root = root;
    this.page = root.closest("form") ?? root;
    this.form = JSON.parse(document.getElementById(root.dataset.dhQuestionnaire).textContent);
    this.items = new Map(this.form.items.flatMap((item) => item.cells.map((cell) => [cell, item])));
    this.boxes = new Map();
    for (const input of root.querySelectorAll("[data-dh-cell]")) {
      const code = input.dataset.dhCell;
      this.boxes.set(code, [...(this.boxes.get(code) ?? []), input]);
    }
    this.touched = new Set(this.form.attempted ? this.boxes.keys() : []);
    this.numbers = [...root.querySelectorAll("input.dh-q-input[data-dh-cell]")];
    this.stood = new Map(this.numbers.map((input) => [input, input.value])); // before the change that is being typed
    this.changes = []; // what can be undone: lists of [box, what stood there]
    root.addEventListener("input", (event) => this.typed(event.target));
    root.addEventListener("change", (event) => this.changed(event.target));
    root.addEventListener("focusin", (event) => this.entered(event.target));
    root.addEventListener("focusout", (event) => this.left(event.target));
    root.addEventListener("keydown", (event) => this.pressed(event));
    root.addEventListener("paste", (event) => this.pasted(event));
    this.find(root, "[data-dh-undo]").addEventListener("click", () => this.undo());
    this.show(); // a page that comes back from the browser's memory holds what was typed
  }

  find(place, selector) {
    return place.querySelector(selector);
  }

  value(code) {
    const inputs = this.boxes.get(code);
    if (inputs[0].dataset.dhPick && inputs[0].type === "checkbox") {
      return inputs.filter((input) => input.checked).map((input) => input.dataset.dhPick).join(" ");
    }
    return inputs[0].type === "radio" ? (inputs.find((input) => input.checked)?.value ?? "") : inputs[0].value;
  }

  // What stands in the boxes: values by code, and the sentence of each that was not understood.
  read() {
    const values = {};
    const faults = {};
    for (const code of this.boxes.keys()) {
      const answer = readAnswer(this.form, this.items.get(code), this.value(code));
      values[code] = answer.value;
      if (answer.sentence) faults[code] = answer.sentence;
    }
    return { values, faults };
  }

  typed(input) {
    const code = input.dataset?.dhCell;
    if (input.matches("[data-dh-why]")) this.form.whys[input.name] = tidy(input.value);
    if (!code && !input.matches("[data-dh-why]")) return;
    if (code) {
      this.touched.add(code);
      this.tell("", false);
      this.echo(code);
      this.totals(settle(this.form, this.read().values).values);
    }
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.settle(), PAUSE);
  }

  // A number was changed by hand: one step that can be taken back.
  changed(input) {
    if (!this.stood.has(input) || this.stood.get(input) === input.value) return;
    this.remember([[input, this.stood.get(input)]]);
    this.stood.set(input, input.value);
  }

  remember(change) {
    this.changes.push(change);
    if (this.changes.length > STEPS_BACK) this.changes.shift();
  }

  settle() {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    this.page.dispatchEvent(new CustomEvent("dh:answers", { detail: this.show(), bubbles: true }));
  }

  entered(input) {
    if (this.numbers.includes(input)) input.select();
  }

  left(input) {
    if (!input.dataset?.dhCell) return;
    this.touched.add(input.dataset.dhCell);
    if (this.waiting) this.settle();
    else this.show();
  }

  // Bring the page to what stands in the boxes; the answer is the event's detail.
  show() {
    const { values: typed, faults: all } = this.read();
    const settled = settle(this.form, typed);
    const { values, asked } = settled;
    const faults = Object.fromEntries(Object.entries(all).filter(([code]) => asked.has(this.items.get(code).code)));
    const findings = runChecks(this.form, typed, settled).filter(({ cell }) => !(cell in faults));
    const waits = (finding) =>
      finding.severity === "error" && this.isWritten(finding.cell) && isEmpty(values[finding.cell]);
    const empty = new Set(missing(this.form, typed, settled).filter((code) => !(code in faults)));
    const errors = findings.filter((finding) => finding.severity === "error" && !waits(finding));
    findings.filter(waits).forEach(({ cell }) => empty.add(cell));
    const unexplained = findings.filter((finding) => finding.severity === "warning" && !this.isExplained(finding));
    for (const code of this.boxes.keys()) this.echo(code);
    this.ask(asked);
    this.totals(values);
    this.reckon(values);
    this.say(findings, faults, empty);
    const answers = {
      values,
      faults,
      empty: [...empty],
      errors: errors.length + Object.keys(faults).length,
      warnings: unexplained.length,
    };
    const places = [...errors, ...unexplained].map(({ cell }) => cell);
    this.summarise(answers, new Set([...empty, ...Object.keys(faults), ...places]));
    return answers;
  }

  isWritten(code) {
    const item = this.items.get(code);
    return item !== undefined && !NUMERIC.includes(item.kind);
  }

  why({ check, cell }) {
    return `why:${check}:${cell}`;
  }

  isExplained(finding) {
    return ((this.form.whys[this.why(finding)] ?? "").match(/\p{L}/gu) ?? []).length >= SHORTEST_WORD;
  }

  // What the form's logic does not ask is out of sight; what was typed there stays.
  ask(asked) {
    for (const place of this.root.querySelectorAll("[data-dh-item]")) {
      const known = this.form.items.some(({ code }) => code === place.dataset.dhItem);
      place.hidden = known && !asked.has(place.dataset.dhItem);
      place.querySelectorAll("[data-dh-unasked]").forEach((hint) => hint.remove());
    }
  }

  reckon(values) {
    for (const place of this.root.querySelectorAll("[data-dh-reckoned]")) {
      const value = values[place.dataset.dhReckoned];
      place.textContent = typeof value === "string" ? value : formatNumber(value, this.form.language);
    }
  }

  say(findings, faults, empty) {
    const shown = new Map();
    const add = (code, severity, sentence, why = "") =>
      shown.set(code, [...(shown.get(code) ?? []), { severity, sentence, why }]);
    for (const [code, sentence] of Object.entries(faults)) if (!this.stillTyping(code)) add(code, "error", sentence);
    if (this.form.attempted) {
      for (const code of empty) {
        const asked = findings.some(({ cell }) => cell === code);
        if (!asked) add(code, "error", this.items.get(code).empty);
      }
    }
    for (const finding of findings) {
      const { cell, severity, sentence } = finding;
      if (!empty.has(cell) || this.touched.has(cell)) add(cell, severity, sentence, this.why(finding));
    }
    for (const place of this.root.querySelectorAll("[data-dh-says]")) {
      this.write(place, shown.get(place.dataset.dhSays) ?? []);
    }
    const wrong = (code) => shown.get(code)?.some(({ severity }) => severity === "error");
    for (const [code, [input]] of this.boxes) {
      const told = input.closest("[role=radiogroup]") ?? input;
      if (wrong(code) || wrong(this.items.get(code).code)) told.setAttribute("aria-invalid", "true");
      else told.removeAttribute("aria-invalid");
    }
  }

  // "12." on the way to "12.000" is no mistake yet.
  stillTyping(code) {
    const [input] = this.boxes.get(code);
    return document.activeElement === input && /[0-9][.,]$/.test(input.value);
  }

  write(place, messages) {
    const said = JSON.stringify(messages);
    if (place.said === said) return; // a screen reader hears it once
    place.said = said;
    place.replaceChildren(
      ...messages.map(({ severity, sentence, why }) => {
        const copy = this.find(this.root, `template[data-dh-message=${severity}]`).content.cloneNode(true);
        this.find(copy, "[data-dh-prefix]").textContent = place.dataset.dhOption;
        this.find(copy, "[data-dh-sentence]").textContent = sentence;
        const word = this.find(copy, "[data-dh-why]");
        if (word) {
          word.name = why;
          word.id = this.find(copy, "label").htmlFor = `q-${why.replace(/[[:,]/g, "-").replace("]", "")}`;
          word.value = this.form.whys[why] ?? "";
        }
        return copy;
      }),
    );
  }

  // What was understood, where it does not look the same as what was typed; for a long text, the room left.
  echo(code) {
    const place = this.find(this.root, `[data-dh-echo="${CSS.escape(code)}"]`);
    const item = this.items.get(code);
    const typed = this.value(code);
    const { value } = readAnswer(this.form, item, typed);
    let words = "";
    if (NUMERIC.includes(item.kind) && item.kind !== "flag" && value !== null) {
      const written = formatNumber(value, this.form.language);
      if (written !== typed.trim()) words = `= ${written}`;
    } else if (item.kind === "text" && item.limit > 200) {
      words = this.counted("letters", Math.max(0, item.limit - [...tidy(typed)].length));
    }
    if (place.textContent !== words) place.textContent = words;
  }

  // Totals of an item, and of a table those of its rows and columns: a cell is "item[row,column]".
  totals(values) {
    for (const place of this.root.querySelectorAll("[data-dh-total]")) {
      const { dhTotal, dhOfRow, dhOfColumn } = place.dataset;
      const item = this.form.items.find(({ code }) => code === dhTotal);
      const cells = item.cells.filter((cell) => {
        const [row, column] = cell.slice(item.code.length + 1, -1).split(",");
        return (!dhOfRow || row === dhOfRow) && (!dhOfColumn || column === dhOfColumn);
      });
      const filled = cells.map((cell) => values[cell]).filter((value) => !isEmpty(value));
      place.textContent = filled.length ? formatNumber(filled.reduce((sum, one) => sum + one, 0), this.form.language) : "";
    }
  }

  counted(name, count) {
    const wording = this.form.strings[`${name}_${count === 1 ? "one" : "more"}`];
    return fill(wording, { count: formatNumber(count, this.form.language) });
  }

  summarise({ empty, errors, warnings }, wrong) {
    const place = this.find(this.page, "[data-dh-summary]");
    if (!place) return;
    const counts = Object.entries({ empty: empty.length, errors, warnings }).filter(([, count]) => count);
    const line = counts.map(([name, count]) => this.counted(name, count)).join(" · ");
    const words = line ? line[0].toUpperCase() + line.slice(1) : this.form.strings.done;
    const text = this.find(place, "[data-dh-summary-text]");
    if (text.textContent !== words) text.textContent = words;
    place.dataset.dhState = errors ? "errors" : empty.length ? "empty" : "done";
    const next = [...this.boxes.keys()].find((code) => wrong.has(code) || wrong.has(this.items.get(code).code));
    const link = this.find(place, "[data-dh-next]");
    link.hidden = !next;
    if (next) link.hash = this.boxes.get(next)[0].id;
  }

  // The boxes that a pasted block fills: the lines of a grid, or a section's single numbers one below the other.
  field(input) {
    const grid = input.closest("[data-dh-grid]");
    const near = this.numbers.filter((box) => box.closest("section") === input.closest("section") && !box.closest("[hidden]"));
    const lines = grid
      ? [...grid.querySelectorAll(":scope > :not([hidden]) > [data-dh-line]")].map((line) => this.boxesOf(line))
      : near.filter((box) => !box.closest("[data-dh-grid]")).map((box) => [box]);
    const row = lines.findIndex((line) => line.includes(input));
    return { grid, lines, row, column: lines[row].indexOf(input) };
  }

  // The boxes of a line of a grid, column by column; nothing where a cell is grey or reckoned.
  boxesOf(line) {
    return [...line.querySelectorAll("td:not(.dh-q-total)")].map((cell) => cell.querySelector("input.dh-q-input"));
  }

  pressed(event) {
    const input = event.target;
    if (event.key === "z" && (event.ctrlKey || event.metaKey) && this.stood.has(input)) {
      event.preventDefault();
      this.changed(input);
      this.undo();
      return;
    }
    const mine = input.matches("input[data-dh-cell]") && !event.isComposing;
    if (!mine || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = event.key === "Enter" ? this.after(input, event.shiftKey ? -1 : 1) : this.beside(input, event);
    if (!next) return;
    event.preventDefault(); // Enter would send the whole form
    next.focus();
  }

  // Enter: down the column of a grid, then the next column, then on to the next box; the last box keeps the focus.
  after(input, step) {
    if (input.closest("[data-dh-grid]")) {
      const { lines, row, column } = this.field(input);
      const next = lines[row + step]?.[column] ?? lines.at(step < 0 ? -1 : 0)[column + step];
      if (next) return next;
    }
    const order = [...this.boxes.values()].map(([first]) => first).filter((box) => !box.closest("[hidden]"));
    const here = order.indexOf(this.boxes.get(input.dataset.dhCell)[0]);
    return order[here + step] ?? input;
  }

  // An arrow key in a grid; sideways only from the end of what stands in the box.
  beside(input, event) {
    if (!(event.key in ARROWS) || event.shiftKey || !input.closest("[data-dh-grid]")) return undefined;
    const [down, right] = ARROWS[event.key];
    const all = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const atEnd = right < 0 ? input.selectionEnd === 0 : input.selectionStart === input.value.length;
    if (right && !all && !atEnd) return undefined;
    const { lines, row, column } = this.field(input);
    return lines[row + down]?.[column + right];
  }

  pasted(event) {
    const text = event.clipboardData.getData("text/plain").replace(/[\r\n]+$/, "");
    if (!this.numbers.includes(event.target) || !/[\t\n\r]/.test(text)) return;
    event.preventDefault();
    const { lines, row, column } = this.field(event.target);
    const before = [];
    let beyond = false;
    text.split(/\r\n|\r|\n/).forEach((line, down) => {
      line.split("\t").forEach((typed, right) => {
        const line = lines[row + down];
        const box = line?.[column + right];
        beyond ||= !(line && column + right < line.length) && typed.trim() !== "";
        if (!box) return;
        before.push([box, box.value]);
        this.put(box, typed.trim());
      });
    });
    this.remember(before);
    this.settle();
    this.tell(`${this.counted("pasted", before.length)}${beyond ? ` ${this.form.strings.beyond}` : ""}`, true);
  }

  put(box, typed) {
    box.value = typed;
    this.stood.set(box, typed);
    this.touched.add(box.dataset.dhCell);
  }

  undo() {
    const change = this.changes.pop();
    if (!change) return;
    for (const [box, typed] of [...change].reverse()) this.put(box, typed);
    change[0][0].focus();
    this.settle();
    this.tell("", false);
  }

  tell(words, undoable) {
    const place = this.find(this.root, "[data-dh-status]");
    this.find(place, "[data-dh-status-text]").textContent = words;
    this.find(place, "[data-dh-undo]").hidden = !undoable;
  }
}

for (const root of document.querySelectorAll("[data-dh-questionnaire]")) new Questionnaire(root);
