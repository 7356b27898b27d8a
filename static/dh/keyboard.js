// "/" to the search, "g h" home, "?" the list of shortcuts. Never while one types.
const SOON = 1000; // ms between "g" and "h"
const list = document.querySelector("[data-dh-shortcuts-list]");
let goPressedAt = -Infinity;

const typing = (element) => element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

function press(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-dh-search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "?") {
    list?.showModal();
  } else if (event.key === "h" && event.timeStamp - goPressedAt < SOON) {
    document.querySelector("[data-dh-home]")?.click();
  }
  goPressedAt = event.key === "g" ? event.timeStamp : -Infinity;
}

document.addEventListener("keydown", press);
for (const button of document.querySelectorAll("[data-dh-shortcuts]")) {
  button.hidden = false;
  button.addEventListener("click", () => list.showModal());
}
