// The logic of a form, from the tree that donghanh/questionnaires/expressions.py has parsed: the same meaning, the same
// examples (tests/expressions.json). `look` gives what stands in an item or cell: a number, words, "" where nothing does.

const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;
const DAY = 86400000; // ms

export function number(value) {
  if (typeof value === "boolean") return Number(value);
  if (typeof value !== "string") return value;
  const text = value.trim();
  if (ISO_DATE.test(text)) {
    const moment = new Date(`${text}T00:00:00Z`);
    return Number.isNaN(moment.getTime()) || moment.toISOString().slice(0, 10) !== text ? NaN : moment.getTime() / DAY;
  }
  return /^(-?\d+(\.\d+)?|-?\.\d+)$/.test(text) ? Number(text) : NaN;
}

export function words(value) {
  if (typeof value !== "number" || Number.isNaN(value)) return String(value);
  return value.toFixed(10).replace(/\.?0+$/, "");
}

export function truth(value) {
  return Boolean(value); // NaN, 0 and "" are not
}

function same(left, right) {
  if (typeof left === "boolean" || typeof right === "boolean") return truth(left) === truth(right);
  if (typeof left === "string" && typeof right === "string") return left === right;
  return number(left) === number(right);
}

function rounded(value, digits = 0) {
  const [plain, places] = [number(value), number(digits)];
  if (!Number.isFinite(plain) || !(places >= 0 && places <= 10)) return NaN;
  const scale = 10 ** Math.trunc(places);
  return (Math.sign(plain) * Math.floor(Math.abs(plain) * scale + 0.5)) / scale + 0;
}

const chosen = (value) => words(value).split(/\s+/).filter(Boolean);
const filled = (given) => given.filter((value) => value !== "").map(number);
const least = (given) => (given.length ? Math.min(...given) : NaN);
const most = (given) => (given.length ? Math.max(...given) : NaN);
const divided = (a, b) => (b ? a / b : NaN);
const modulo = (a, b) => (b && Number.isFinite(a) ? a % b : NaN);

const ARITHMETIC = {
  "+": (a, b) => a + b,
  "*": (a, b) => a * b,
  div: divided,
  mod: modulo,
  "-": (a, b) => (b === undefined ? -a : a - b),
  abs: Math.abs,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
const WORKINGS = {
  "=": same,
  "!=": (a, b) => !same(a, b),
  and: (a, b) => truth(a) && truth(b),
  or: (a, b) => truth(a) || truth(b),
  not: (a) => !truth(a),
  true: () => true,
  false: () => false,
  boolean: truth,
  selected: (all, one) => chosen(all).includes(words(one)),
  "count-selected": (all) => chosen(all).length,
  coalesce: (...given) => given.find((value) => value !== "") ?? "",
  number,
  string: words,
  int: (value) => Math.trunc(number(value)),
  round: rounded,
  once: (value) => value,
  min: (...given) => least(filled(given)),
  max: (...given) => most(filled(given)),
  sum: (...given) => filled(given).reduce((all, one) => all + one, 0),
  "string-length": (text) => [...words(text)].length,
  concat: (...given) => given.map(words).join(""),
  contains: (text, part) => words(text).includes(words(part)),
  "starts-with": (text, part) => words(text).startsWith(words(part)),
  "ends-with": (text, part) => words(text).endsWith(words(part)),
  regex: (text, pattern) => [...words(text)].length <= 200 && new RegExp(`^(?:${words(pattern)})$`, "u").test(words(text)),
  date: (value) => (typeof value === "string" && !Number.isNaN(number(value)) ? value : ""),
};

export function evaluate(tree, look, { itself = "", today = "" } = {}) {
  const [kind, name, ...parts] = tree;
  if (kind === "number" || kind === "words") return name;
  if (kind === "reference") return look(name);
  if (kind === "itself") return itself;
  if (name === "today") return today;
  const value = (part) => evaluate(part, look, { itself, today });
  if (name === "if") return value(truth(value(parts[0])) ? parts[1] : parts[2]);
  const given = parts.map(value);
  return ARITHMETIC[name] ? ARITHMETIC[name](...given.map(number)) : WORKINGS[name](...given);
}
