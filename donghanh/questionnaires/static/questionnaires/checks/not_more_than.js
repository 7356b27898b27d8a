// A part is not more than its whole. The same as donghanh/questionnaires/checks/not_more_than.py.
import { pairs } from "./report.js";

export function* broken(report, check) {
  for (const [place, , left, right] of pairs(report, check)) {
    if (left !== null && right !== null && left > check.factor * right) yield [place, left, right];
  }
}
