// A box that two people filled differently: keep mine, take theirs, or what stood there before both.

export class Clashes {
  constructor(form, boxes, chosen) {
    this.form = form;
    this.boxes = boxes;
    this.chosen = chosen; // (box, text, theirs) once the person has decided
    this.found = new Map();
  }

  get size() { return this.found.size; }
  has(box) { return this.found.has(box); }
  entries() { return [...this.found].map(([box, { was, mine }]) => [box, [was, mine]]); }
  focus() { this.form.querySelector(".dh-clash button")?.focus(); }

  add(box, clash) {
    this.found.get(box)?.place.remove();
    const place = document.querySelector("template[data-dh-clash]").content.firstElementChild.cloneNode(true);
    this.found.set(box, { ...clash, place });
    for (const [side, text] of Object.entries({ mine: clash.mine, theirs: clash.theirs, was: clash.was })) {
      const button = place.querySelector(`[data-dh-take=${side}]`);
      button.addEventListener("click", () => this.take(box, this.found.get(box)[side]));
      this.show(button, box, text);
    }
    const who = place.querySelector("[data-dh-who]");
    who.textContent = clash.by ? who.dataset.dhWho.replace("%(by)s", clash.by).replace("%(at)s", clash.at) : who.dataset.dhNobody;
    const [input] = this.boxes.parts(box);
    const below = this.form.querySelector(`[data-dh-says="${CSS.escape(box)}"]`);
    if (below) below.before(place);
    else input.closest("label, td, div, p").after(place);
    if (this.boxes.parts(box).includes(document.activeElement)) place.scrollIntoView({ block: "nearest" });
  }

  show(button, box, text) {
    const said = button.querySelector("[data-dh-text]");
    said.textContent = text ? this.boxes.words(box, text) : said.dataset.dhEmpty;
  }

  // The person goes on typing in the box, or the other does: the choice shows what stands there now.
  change(box, side, text) {
    const clash = this.found.get(box);
    if (clash[side] === text) return;
    clash[side] = text;
    this.show(clash.place.querySelector(`[data-dh-take=${side}]`), box, text);
  }

  take(box, text) {
    const { theirs, place } = this.found.get(box);
    this.found.delete(box);
    place.remove();
    this.chosen(box, text, theirs);
    this.boxes.parts(box)[0]?.focus();
  }
}
