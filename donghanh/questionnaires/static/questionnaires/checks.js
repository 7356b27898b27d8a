// What was typed, what is still missing, which relations do not hold: the same questions as donghanh/questionnaires/
// rules.py, over the same JSON. Both run questionnaires/tests/vectors.json.
//
// `form` is the block that the page carries (sheets.py): {language, items, checks, register, previous, sentences}.

import { formatNumber, parseNumber } from "./numbers.js";

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
  if (item.kind === "text") {
    const text = tidy(typed);
    const length = [...text].length;
    if (length <= item.limit) return { value: text };
    const sizes = { length: formatNumber(length, form.language), most: formatNumber(item.limit, form.language) };
    return { value: null, sentence: fill(form.sentences.long, sizes) };
  }
  if (item.kind === "flag") {
    if (["", "0", "1"].includes(typed)) return { value: typed ? Number(typed) : null };
    return { value: null, sentence: form.sentences.choice };
  }
  const read = parseNumber(typed, { least: 0, most: item.limit });
  if (!read.fault) return read;
  const limits = { least: formatNumber(0, form.language), most: formatNumber(item.limit, form.language) };
  return { value: null, sentence: fill(form.sentences[read.fault], { typed: read.shown, ...limits }) };
}

// Sum of the filled cells of an item, null where none is filled. `values`: numbers by cell and texts by item.
export function totalOf(item, values) {
  const filled = item.cells.map((cell) => values[cell]).filter((value) => value !== null && value !== undefined);
  return filled.length ? filled.reduce((sum, value) => sum + value, 0) : null;
}

// Codes of the required cells and texts that are still empty, in the order of the form.
export function missing(form, values) {
  return form.items.filter((item) => item.required).flatMap((item) => item.cells.filter((cell) => isEmpty(values[cell])));
}

export function isEmpty(value) {
  return value === null || value === undefined || value === "";
}

// Every check that does not hold: [{check, kind, severity, cell, sentence}], in the order of the form's checks.
export function runChecks(form, values) {
  const items = Object.fromEntries(form.items.map((item) => [item.code, item]));
  return form.checks.flatMap((check) =>
    [...broken(form, items, check, values)].map(([cell, left, right]) => ({
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
}

function* broken(form, items, check, values) {
  if (check.kind === "usual_range") {
    yield* unusual(form, items, check, values);
    return;
  }
  const needed = items[check.right];
  for (const [leftPlace, rightPlace, left, right] of sides(form, items, check, values)) {
    if (left === null) continue;
    if (check.kind === "not_more_than" && right !== null && left > check.factor * right) yield [leftPlace, left, right];
    if (check.kind === "needs" && left > 0) {
      const waits = needed.required && needed.kind !== "text"; // then `missing` asks for it
      if (right === 0 || (right === null && !waits)) yield [rightPlace, left, right];
    }
  }
}

function* sides(form, items, check, values) {
  const left = items[check.left];
  const right = items[check.right];
  if (!right) {
    yield [left.code, check.right, totalOf(left, values), form.register[check.right.replace("register.", "")] ?? null];
  } else if (right.kind === "text") {
    yield [left.code, right.code, totalOf(left, values), isEmpty(values[right.code]) ? null : 1];
  } else if (left.breakdown === right.breakdown) {
    for (const [i, cell] of left.cells.entries()) {
      yield [cell, right.cells[i], values[cell] ?? null, values[right.cells[i]] ?? null];
    }
  } else {
    yield [left.code, right.code, totalOf(left, values), totalOf(right, values)];
  }
}

function* unusual(form, items, check, values) {
  const watched = check.left === "*" ? form.items : [items[check.left]];
  for (const cell of watched.filter((item) => item.kind === "integer").flatMap((item) => item.cells)) {
    const now = values[cell] ?? null;
    const before = form.previous[cell] ?? null;
    if (now === null || before === null) continue;
    const [low, high] = [Math.min(now, before), Math.max(now, before)];
    if (high > check.factor * low && high - low > check.difference) yield [cell, now, before];
  }
}
