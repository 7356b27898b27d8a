// A relation written as an expression. The same as donghanh/questionnaires/checks/holds.py.
import { evaluate, truth } from "../expressions.js";
import { NUMERIC, totalOf } from "./report.js";

function* names([kind, ...parts]) {
  if (kind === "reference") yield parts[0];
  for (const part of parts) if (Array.isArray(part)) yield* names(part);
}

export function* broken(report, check) {
  const item = report.items[check.left];
  if (!report.asked.has(item.code)) return;
  if ([...names(check.holds)].every((name) => report.look(name) === "")) return;
  if (truth(evaluate(check.holds, report.look, { today: report.form.today }))) return;
  yield [item.code, NUMERIC.includes(item.kind) ? totalOf(item, report.values) : null, null];
}
