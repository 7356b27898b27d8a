// The button prints; without scripts the browser's own menu does.
const button = document.querySelector("[data-dh-print]");
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
