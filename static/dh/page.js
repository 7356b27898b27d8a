// What every page loads. Each part only adds to a page that works without it.
import "./keyboard.js";
import "./menu.js";
import "./password.js";
import "./theme.js";

if (document.querySelector("[data-dh-chart]")) import("./chart.js");
