// Numbers as people here write them. The same rules as donghanh/kernel/numbers.py; both run kernel/tests/numbers.json.

export const LARGEST = 1e15; // every whole number up to here is exact in a double
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g; // come along when a number is copied from a page
const MINUS = /^[\u2212\u2013]/; // what word processors make of a hyphen
const PLAIN = /^[+-]?[0-9]+$/;
const GROUPED = /^[+-]?[1-9][0-9]{0,2}(?:([.,\s])[0-9]{3})(?:\1[0-9]{3})*$/;
const DECIMAL =
  /^[+-]?(?:[0-9]+[.,]|[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+,|(?:,[0-9]{3})+\.|(?:\s[0-9]{3})+[.,]))[0-9]+$/;
const SHOWN = 30; // characters of a wrong entry that its sentence repeats

// {value} with the number meant (null for an empty box), or {fault, shown}: a key of the sentences, and what was typed.
export function parseNumber(text, { whole = true, least = -LARGEST, most = LARGEST } = {}) {
  const seen = text.replace(INVISIBLE, "").trim();
  if (!seen) return { value: null };
  const typed = seen.replace(MINUS, "-");
  let value = 0;
  let fault = "";
  if (PLAIN.test(typed)) {
    value = Number(typed);
  } else if (GROUPED.test(typed) && (whole || typed.split(",").length !== 2)) {
    value = Number(typed.replace(/[.,\s]/g, ""));
  } else if (DECIMAL.test(typed)) {
    const [digits, fraction] = typed.split(/[.,](?=[0-9]+$)/);
    value = Number(`${digits.replace(/[.,\s]/g, "")}.${fraction}`);
    fault = whole ? "fraction" : "";
  } else {
    fault = "letters";
  }
  fault ||= value < least ? "below" : value > most ? "above" : "";
  if (!fault) return { value: value + 0 };
  const letters = [...seen];
  return { fault, shown: letters.length <= SHOWN ? seen : `${letters.slice(0, SHOWN).join("")}…` };
}

// 1234.5 → "1.234,5" in Vietnamese and "1,234.5" in English; a missing value is an empty string. Six digits after the
// mark at most, and only those that say something.
export function formatNumber(value, language = "vi") {
  if (value === null || value === undefined) return "";
  const [whole, fraction = ""] = value.toFixed(6).replace(/\.?0+$/, "").split(".");
  const [thousands, mark] = language.startsWith("en") ? [",", "."] : [".", ","];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, thousands);
  return fraction ? `${grouped}${mark}${fraction}` : grouped;
}
