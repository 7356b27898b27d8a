// The builder without page loads: the same forms are sent, the answer's parts are put in place.
// Alt+↑/↓ on an item moves it; dragging takes it anywhere; Ctrl+Z outside a box undoes the last change.
const PAUSE = 700; // ms after the last keystroke before an item is saved
let line = Promise.resolve(); // one sending after the other: each needs the revision that the last one gave
let timer = 0;

const part = (name, place = document) => place.querySelector(`[data-dh-part="${name}"]`);
const revision = () => part("state").dataset.dhRevision;

function put(answer, names) {
  for (const name of names) {
    const [old, fresh] = [part(name), part(name, answer)];
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
  }
  show();
  for (const field of document.querySelectorAll('input[name="revision"]')) field.value = revision();
}

function send(address, entries, names, focus) {
  line = line.then(async () => {
    const data = entries();
    data.set("revision", revision());
    const got = await fetch(address, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" } });
    const answer = new DOMParser().parseFromString(await got.text(), "text/html");
    if (!part("state", answer)) return location.assign(got.url); // discarded, signed out: show what came
    put(answer, names);
    if (focus) document.querySelector(focus)?.focus();
    return got;
  }).catch(() => location.reload()); // no network: the page says so itself
  return line;
}

const OUTLINE = ["state", "outline", "preview"];
const quoted = (code) => `[data-dh-item="${CSS.escape(code)}"] [data-dh-item-link]`;

function deed(values, focus) {
  const form = document.querySelector("form[data-dh-build]");
  send(form.action, () => {
    const data = new FormData(form);
    for (const [name, value] of Object.entries(values)) data.set(name, value);
    return data;
  }, OUTLINE, focus);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-dh-build]")) return;
  event.preventDefault();
  const button = event.submitter;
  const code = form.elements.part?.value;
  const again = code && button.value.startsWith("item_") && button.value !== "item_remove" && quoted(code);
  deed({ part: code ?? "", deed: button.value }, again || "");
});

document.addEventListener("keydown", (event) => {
  if (!part("outline")) return;
  const item = event.target.closest("[data-dh-item]")?.dataset.dhItem;
  if (event.altKey && item && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    deed({ part: item, deed: event.key === "ArrowUp" ? "item_up" : "item_down" }, quoted(item));
  } else if ((event.ctrlKey || event.metaKey) && event.key === "z" && !event.target.matches("input, textarea, select")) {
    event.preventDefault();
    deed({ part: "", deed: "undo" }, "");
  }
});

// dragging
let held = "";
const over = () => document.querySelectorAll(".dh-over").forEach((one) => one.classList.remove("dh-over"));

document.addEventListener("dragstart", (event) => {
  const item = event.target.closest?.("[data-dh-item]");
  if (!item) return;
  held = item.dataset.dhItem;
  item.classList.add("dh-held");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", held);
});
document.addEventListener("dragover", (event) => {
  const target = held && event.target.closest("[data-dh-item], [data-dh-section]");
  if (!target) return;
  event.preventDefault();
  over();
  target.classList.add("dh-over");
});
document.addEventListener("drop", (event) => {
  const section = held && event.target.closest("[data-dh-section]");
  if (!section) return;
  event.preventDefault();
  const before = event.target.closest("[data-dh-item]")?.dataset.dhItem ?? "";
  deed({ part: held, deed: "item_drop", section: section.dataset.dhSection, before }, quoted(held));
});
document.addEventListener("dragend", () => {
  held = "";
  over();
  document.querySelectorAll(".dh-held").forEach((one) => one.classList.remove("dh-held"));
});

// one item: saved a moment after the last keystroke, the preview follows
const live = document.querySelector("form[data-dh-build-live]");
const save = () => send(live.getAttribute("action") || location.href, () => new FormData(live), ["state", "preview"], "")
  .then((got) => got?.ok && !got.url.includes("#") && got.url !== location.href && /\/cau\//.test(got.url)
    && history.replaceState(null, "", got.url));

// the preview shows the item that is being written
function show() {
  const code = location.pathname.match(/\/cau\/([^/]+)\//)?.[1];
  const box = code && part("preview")?.querySelector(`[id^="q-${CSS.escape(code)}"]`);
  if (box) part("preview").scrollTop += box.getBoundingClientRect().top - part("preview").getBoundingClientRect().top - 96;
}

if (live) show();
if (live && /\/cau\//.test(location.pathname)) {
  live.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
}
