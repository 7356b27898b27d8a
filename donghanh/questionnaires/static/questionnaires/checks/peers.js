// Far from units of the same kind. The same as donghanh/questionnaires/checks/peers.py.
import { farApart, watched } from "./report.js";

export function* broken(report, check) {
  for (const cell of watched(report, check)) {
    const [now, usual] = [report.values[cell] ?? null, report.form.peers[cell] ?? null];
    if (farApart(check, now, usual)) yield [cell, now, usual];
  }
}
