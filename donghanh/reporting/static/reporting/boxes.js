// The boxes of a sheet by name, whatever they are made of: one line, many lines, a choice, boxes to tick.

export const plain = (text) => (text.trim() ? text.replace(/\r\n?/g, "\n") : "");

export class Boxes {
  // typed: what was typed in each box when the page was made; the page may show it written more clearly
  constructor(form, typed) {
    this.form = form;
    this.root = form.querySelector("[data-dh-questionnaire]");
    this.typed = typed;
  }

  names() {
    const all = [...this.root.querySelectorAll("[name]")].filter(({ type }) => !["file", "hidden", "submit"].includes(type));
    return [...new Set(all.map(({ name }) => name))];
  }

  parts(name) {
    const found = this.form.elements[name];
    return !found ? [] : found instanceof RadioNodeList ? [...found] : [found];
  }

  read(name, given) {
    const parts = this.parts(name);
    const ticked = ({ checked, defaultChecked }) => (given ? defaultChecked : checked);
    if (!parts.length) return "";
    if (["radio", "checkbox"].includes(parts[0].type)) return parts.filter(ticked).map(({ value }) => value).join(" ");
    if (parts[0].tagName === "SELECT") {
      const chosen = [...parts[0].options].filter(({ selected, defaultSelected }) => (given ? defaultSelected : selected));
      return chosen.map(({ value }) => value).join(" ");
    }
    return given ? parts[0].defaultValue : parts[0].value;
  }

  // What stands in a box now, as it was typed: an untouched “1.200” is still the “1200” that was once typed there.
  value(name) {
    const now = this.read(name, false);
    return plain(now === this.read(name, true) ? (this.typed[name] ?? now) : now);
  }

  put(name, text) {
    const parts = this.parts(name);
    if (!parts.length) return;
    if (["radio", "checkbox"].includes(parts[0].type)) {
      const chosen = new Set(text.split(" "));
      for (const part of parts) part.checked = chosen.has(part.value);
    } else parts[0].value = text;
    parts[0].dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A value in the words of the page.
  words(name, text) {
    const parts = this.parts(name);
    if (parts[0]?.tagName === "SELECT") return [...parts[0].options].find(({ value }) => value === text)?.text ?? text;
    if (!["radio", "checkbox"].includes(parts[0]?.type)) return text;
    const label = (part) => part.labels[0]?.textContent.trim() ?? part.value;
    return parts.filter(({ value }) => text.split(" ").includes(value)).map(label).join(", ");
  }
}
