// A round is shown as soon as it is chosen; “accept the chosen ones” waits for a first tick.
const choose = document.querySelector("[data-dh-choose]");
choose?.addEventListener("change", () => choose.requestSubmit());

const list = document.querySelector("[data-dh-picks]");
const button = list?.querySelector("[data-dh-picked]");
if (button) {
  const told = () => { button.disabled = !list.querySelector("input[name=chon]:checked"); };
  list.addEventListener("change", told);
  told();
}
