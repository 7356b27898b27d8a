// Far from the period before. The same as donghanh/questionnaires/checks/usual_range.py.
import { farApart, watched } from "./report.js";

export function* broken(report, check) {
  for (const cell of watched(report, check)) {
    const [now, then] = [report.values[cell] ?? null, report.form.previous[cell] ?? null];
    if (farApart(check, now, then)) yield [cell, now, then];
  }
}
