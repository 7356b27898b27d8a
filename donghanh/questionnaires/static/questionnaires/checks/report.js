// What a check may look at, and where it speaks: the same as donghanh/questionnaires/checks/report.py.
//
// `report`: {form, items (by code), values (by cell and text), asked (Set of item codes), register, previous, peers}.

export const NUMERIC = ["integer", "decimal", "money", "percentage", "flag"];

export function isEmpty(value) {
  return value === null || value === undefined || value === "";
}

// Sum of the filled cells of an item, null where none is filled.
export function totalOf(item, values) {
  const filled = item.cells.map((cell) => values[cell]).filter((value) => !isEmpty(value));
  return filled.length ? filled.reduce((sum, value) => sum + value, 0) : null;
}

export function watched(report, check) {
  const items = check.left === "*" ? report.form.items : [report.items[check.left]];
  return items.filter(({ kind }) => NUMERIC.includes(kind) && kind !== "flag").flatMap(({ cells }) => cells);
}

const selection = (item, cell) => cell.slice(item.code.length);

// [left place, right place, left value, right value]: cell by cell in the same breakdown, else total against total.
export function pairs(report, check) {
  const { items, values } = report;
  const [left, right] = [items[check.left], items[check.right]];
  const total = totalOf(left, values);
  if (!right) return [[left.code, check.right, total, report.form.register[check.right.replace("register.", "")] ?? null]];
  if (!NUMERIC.includes(right.kind)) return [[left.code, right.code, total, isEmpty(values[right.code]) ? null : 1]];
  if (left.breakdown !== right.breakdown) return [[left.code, right.code, total, totalOf(right, values)]];
  const others = Object.fromEntries(right.cells.map((cell) => [selection(right, cell), cell]));
  return left.cells
    .filter((cell) => selection(left, cell) in others)
    .map((cell) => [cell, others[selection(left, cell)]])
    .map(([one, other]) => [one, other, values[one] ?? null, values[other] ?? null]);
}

export function farApart(check, one, other) {
  if (isEmpty(one) || isEmpty(other)) return false;
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  return high > check.factor * low && high - low > check.difference;
}
