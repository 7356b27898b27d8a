// What a script adds to the page of figures; each act is a link or a button that is there without it.
const plain = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").replace(/đ/gi, "d").toLowerCase();

// A long list of choices is narrowed as one types.
for (const box of document.querySelectorAll("[data-dh-narrow]")) {
  const sheet = box.closest(".dh-sheet");
  box.hidden = false;
  box.addEventListener("input", () => {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    for (const option of sheet.querySelectorAll("[data-dh-option]")) {
      const text = plain(option.textContent);
      option.hidden = !words.every((word) => text.includes(word));
    }
    for (const group of sheet.querySelectorAll("[data-dh-group]")) {
      group.hidden = !group.querySelector("[data-dh-option]:not([hidden])");
    }
  });
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}

// A filter shows its member as soon as it is chosen.
for (const select of document.querySelectorAll("[data-dh-sends]")) {
  const button = select.form.querySelector("[data-dh-without-script]");
  if (button) button.hidden = true;
  select.addEventListener("change", () => select.form.requestSubmit(button ?? undefined));
}

// What was open stays open from one address to the next: a move in the layout loads the page again.
for (const part of document.querySelectorAll("[data-dh-stays]")) {
  const key = `dh-open-${part.id}`;
  part.open ||= sessionStorage.getItem(key) === "1" || part.contains(document.querySelector(":target"));
  part.addEventListener("toggle", () => sessionStorage.setItem(key, part.open ? "1" : "0"));
}
const arrived = document.querySelector("[data-dh-chip]:target");
arrived?.querySelector("a")?.focus({ preventScroll: true });

// A chip dropped in a zone follows the chip's own link to it.
let held = null;
for (const chip of document.querySelectorAll("[data-dh-chip]")) {
  chip.draggable = true;
  chip.addEventListener("dragstart", (event) => { held = chip; event.dataTransfer.setData("text/plain", chip.dataset.dhChip); });
  chip.addEventListener("dragend", () => { held = null; });
}
for (const zone of document.querySelectorAll("[data-dh-zone]")) {
  const link = () => held?.querySelector(`[data-dh-to="${zone.dataset.dhZone}"]`);
  zone.addEventListener("dragover", (event) => { if (link()) { event.preventDefault(); zone.classList.add("dh-over"); } });
  zone.addEventListener("dragleave", () => zone.classList.remove("dh-over"));
  zone.addEventListener("drop", (event) => { event.preventDefault(); link()?.click(); });
}
