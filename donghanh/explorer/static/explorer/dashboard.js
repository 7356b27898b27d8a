// Fills the tiles of a dashboard, some at a time, as they come into sight; a tile can be dragged to another place.
import { watch } from "../dh/chart.js";

const board = document.querySelector("[data-dh-board]");
const atOnce = Number(board?.dataset.dhAtOnce);
const waiting = new Set();
let asked = false;

async function fill(ids) {
  const answer = await fetch(`${board.dataset.dhBoard}?o=${ids.join(",")}`, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const parts = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts.querySelectorAll("[data-dh-part]")) {
    const body = board.querySelector(`[data-dh-tile="${part.dataset.dhPart}"] [data-dh-tile-body]`);
    body.replaceChildren(...part.childNodes);
    watch(body);
  }
}

// Those that came into sight in one moment are asked for together; the next ones when these are here.
async function ask() {
  asked = true;
  while (waiting.size) {
    const ids = [...waiting].slice(0, atOnce);
    ids.forEach((id) => waiting.delete(id));
    try {
      await fill(ids);
    } catch {
      for (const id of ids) {
        const body = board.querySelector(`[data-dh-tile="${id}"] [data-dh-tile-body]`);
        const link = board.querySelector(`[data-dh-tile="${id}"] h2 a`).cloneNode(true);
        body.replaceChildren(link);
      }
    }
  }
  asked = false;
}

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    waiting.add(target.dataset.dhTile);
  }
  if (waiting.size && !asked) ask();
}, { rootMargin: "600px" });
for (const tile of board?.querySelectorAll("[data-dh-tile]") ?? []) near.observe(tile);

const order = document.querySelector("[data-dh-order]");
let held = null;
for (const tile of order ? board.children : []) {
  tile.draggable = true;
  tile.addEventListener("dragstart", (event) => { held = tile; event.dataTransfer.setData("text/plain", tile.id); });
  tile.addEventListener("dragend", () => { held = null; });
  tile.addEventListener("dragover", (event) => { if (held && held !== tile) { event.preventDefault(); tile.classList.add("dh-over"); } });
  tile.addEventListener("dragleave", () => tile.classList.remove("dh-over"));
  tile.addEventListener("drop", (event) => {
    event.preventDefault();
    const after = [...board.children].indexOf(held) < [...board.children].indexOf(tile);
    tile[after ? "after" : "before"](held);
    order.elements.order.value = [...board.children].map((one) => one.dataset.dhTile).join(",");
    order.requestSubmit();
  });
}
