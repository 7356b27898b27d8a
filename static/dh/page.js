// What every page loads. Each part only adds to a page that works without it.
import "./device.js";
import "./keyboard.js";
import "./menu.js";
import "./password.js";
import "./theme.js";

// On a phone the chosen tab may lie beyond the edge.
for (const tab of document.querySelectorAll(".dh-tabs [aria-current]")) {
  const row = tab.closest("nav");
  row.scrollLeft = tab.offsetLeft - row.offsetLeft - 16;
}

if (document.querySelector("[data-dh-chart]")) import("./chart.js");
