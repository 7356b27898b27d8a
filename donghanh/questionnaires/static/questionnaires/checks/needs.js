// What was done has its paper. The same as donghanh/questionnaires/checks/needs.py.
import { NUMERIC, pairs } from "./report.js";

export function* broken(report, check) {
  const needed = report.items[check.right];
  if (!report.asked.has(needed.code)) return;
  const waits = needed.required && NUMERIC.includes(needed.kind); // then `missing` asks for it
  for (const [, other, left, right] of pairs(report, check)) {
    if (left !== null && left > 0 && (right === 0 || (right === null && !waits))) yield [other, left, right];
  }
}
