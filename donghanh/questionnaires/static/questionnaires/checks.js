// What was typed, what is still missing, which relations do not hold: the same questions as donghanh/questionnaires/
// rules.py and logic.py, over the same JSON. Both run questionnaires/tests/vectors.json and expressions.json.
//
// `form` is the block that the page carries (sheets.py `for_browser`).

import * as holds from "./checks/holds.js";
import * as needs from "./checks/needs.js";
import * as notMoreThan from "./checks/not_more_than.js";
import * as peers from "./checks/peers.js";
import { NUMERIC, isEmpty, totalOf } from "./checks/report.js";
import * as usualRange from "./checks/usual_range.js";
import { evaluate, number, truth, words } from "./expressions.js";
import { formatNumber, parseNumber } from "./numbers.js";

export { NUMERIC, isEmpty, totalOf };

const CHECKS = { not_more_than: notMoreThan, needs, usual_range: usualRange, peers, holds };
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

// "%(left)s người" with {left: "12"} → "12 người"
export function fill(sentence, values) {
  return sentence.replace(/%%|%\((\w+)\)s/g, (whole, name) => (name ? values[name] : "%"));
}

export function tidy(text) {
  const lines = text.normalize("NFC").split(/\r\n|\r|\n/);
  return lines
    .map((line) => line.replace(/\p{Cf}/gu, "").replace(/\s+/g, " ").trim())
    .join("\n")
    .trim()
    .replace(/\n{3,}/g, "\n\n");
}

// One box: {value} (a number, a text, null for an empty box) or {sentence} where it was not understood.
export function readAnswer(form, item, typed) {
  if (item.kind === "flag") {
    if (["", "0", "1"].includes(typed)) return { value: typed ? Number(typed) : null };
    return { value: null, sentence: form.sentences.choice };
  }
  return NUMERIC.includes(item.kind) ? readNumber(form, item, typed) : readText(form, item, typed);
}

function readNumber(form, item, typed) {
  const read = parseNumber(typed, { whole: !item.digits, least: item.least, most: item.limit });
  if (read.fault) {
    const limits = { least: formatNumber(item.least, form.language), most: formatNumber(item.limit, form.language) };
    return { value: null, sentence: fill(form.sentences[read.fault], { typed: read.shown, ...limits }) };
  }
  if (read.value !== null && Number(read.value.toFixed(item.digits)) !== read.value) {
    return { value: null, sentence: fill(form.sentences.digits, { most: item.digits }) };
  }
  return read;
}

function readText(form, item, typed) {
  const text = tidy(typed);
  if (item.kind === "date" && text) {
    const known = ISO_DATE.test(text) && !Number.isNaN(number(text));
    return known ? { value: text } : { value: null, sentence: fill(form.sentences.date, { typed: text }) };
  }
  if (item.kind === "choice" || item.kind === "choices") {
    const chosen = text.split(/\s+/).filter(Boolean);
    const unknown = chosen.find((code) => !item.options.includes(code));
    if (unknown) return { value: null, sentence: fill(form.sentences.option, { typed: unknown }) };
    return { value: item.options.filter((code) => chosen.includes(code)).join(" ") };
  }
  const length = [...text].length;
  if (length <= item.limit) return { value: text };
  const sizes = { length: formatNumber(length, form.language), most: formatNumber(item.limit, form.language) };
  return { value: null, sentence: fill(form.sentences.long, sizes) };
}

// What the form's logic asks and reckons: {asked: Set of item codes, values} — values of what is not asked are null.
export function settle(form, typed) {
  const items = Object.fromEntries(form.items.map((item) => [item.code, item]));
  const asked = new Map();
  const values = {};
  const look = (name) => {
    const code = name.split("[")[0];
    if (items[code]) take(items[code]);
    return stands(items, name, values);
  };
  const take = (item) => {
    if (asked.has(item.code)) return;
    asked.set(item.code, false); // an item that waits for itself is refused when the form is made
    const context = { today: form.today };
    asked.set(item.code, item.relevant.every((tree) => truth(evaluate(tree, look, context))));
    for (const cell of item.cells) {
      values[cell] = asked.get(item.code) ? (item.calculation ? reckoned(item, look, context) : typed[cell]) : null;
    }
  };
  form.items.forEach(take);
  return { asked: new Set([...asked].filter(([, yes]) => yes).map(([code]) => code)), values, look };
}

function reckoned(item, look, context) {
  const value = evaluate(item.calculation, look, context);
  if (!NUMERIC.includes(item.kind)) return words(value);
  const plain = number(value);
  const scale = 10 ** item.digits;
  return Number.isFinite(plain) ? (Math.sign(plain) * Math.floor(Math.abs(plain) * scale + 0.5)) / scale + 0 : null;
}

function stands(items, name, values) {
  const item = items[name];
  const value = item && NUMERIC.includes(item.kind) ? totalOf(item, values) : values[name];
  return isEmpty(value) ? "" : value;
}

// Codes of the required cells and texts that are still empty, in the order of the form.
export function missing(form, typed, settled = settle(form, typed)) {
  const waiting = form.items.filter((item) => item.required && settled.asked.has(item.code));
  return waiting.flatMap((item) => item.cells.filter((cell) => isEmpty(settled.values[cell])));
}

// Every check that does not hold: [{check, kind, severity, cell, sentence}]: constraints, the form's checks in their
// order, then what differs from what the programme counted.
export function runChecks(form, typed, settled = settle(form, typed)) {
  const items = Object.fromEntries(form.items.map((item) => [item.code, item]));
  const report = { form, items, values: settled.values, asked: settled.asked, look: settled.look };
  const checked = form.checks.flatMap((check) =>
    [...CHECKS[check.kind].broken(report, check)].map(([cell, left, right]) => ({
      check: check.code,
      kind: check.kind,
      severity: check.severity,
      cell,
      sentence: fill(check.sentence, {
        left: formatNumber(left, form.language),
        right: formatNumber(right, form.language),
      }),
    })),
  );
  return [...constraints(form, settled), ...checked, ...differing(form, settled)];
}

function constraints(form, settled) {
  return form.items
    .filter((item) => item.constraint)
    .flatMap((item) =>
      item.cells
        .filter((cell) => !isEmpty(settled.values[cell]))
        .filter((cell) => !truth(evaluate(item.constraint, settled.look, { itself: settled.values[cell], today: form.today })))
        .map((cell) => ({ check: "constraint", kind: "constraint", severity: "error", cell, sentence: item.refusal })),
    );
}

function differing(form, settled) {
  return Object.entries(form.offered)
    .filter(([cell, { value }]) => !isEmpty(settled.values[cell]) && settled.values[cell] !== value)
    .map(([cell, { sentence }]) => ({ check: "differs", kind: "differs", severity: "warning", cell, sentence }));
}
