// Charts: <div data-dh-chart="id of a json_script">. The table under "Xem bảng" holds the same figures without script.
//
// {kind: "line" | "bar" | "rows" (bars that lie), unit: "%", decimals: 1, x: ["2020–2021", …],
//  series: [{name: "Toàn tỉnh", values: [61.2, null, …]}, …],
//  target: {name: "Chỉ tiêu", values: [85, …] or 85},          a dashed line
//  minimum: 70, maximum: 100}                                  the ends of the axis; a bar always starts at 0
const language = document.documentElement.lang || "vi";
const AXIS = 56; // px that the value axis takes, about
const SERIES = 4; // colours in tokens.css
const LINE = 18; // px that a name beside its line needs
const LEGEND = 28; // px from one line of the legend to the next
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const tokens = () => {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--dh-${name}`).trim();
};
const writer = ({ unit = "", decimals = 0, least = decimals }) => {
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: least, maximumFractionDigits: decimals });
  return (value) => (value == null ? "—" : format.format(value) + (unit && `\u202f${unit}`));
};

// Whether the lines end so close to each other that their names would lie on one another.
function crowded({ series, target, minimum = 0, maximum = 100 }, height) {
  const ends = [...series.map(({ values }) => values), target?.values].map((values) => (Array.isArray(values) ? values.at(-1) : values));
  const places = ends.filter((end) => end != null).map((end) => ((end - minimum) / (maximum - minimum)) * height).sort((a, b) => a - b);
  return places.some((place, rank) => rank > 0 && place - places[rank - 1] < LINE);
}

// Names stand at the ends of their lines, values in their bars: no legend to look up, unless they would not fit there.
function lines(data, token, write) {
  return data.series.map(({ name, values }, place) => {
    const color = token(`series-${(place % SERIES) + 1}`);
    return {
      name, type: "line", data: values, symbol: "circle", symbolSize: 7, itemStyle: { color }, lineStyle: { color, width: 2.5, type: place < SERIES ? "solid" : "dashed" },
      endLabel: { show: !data.crowded, color, fontSize: 13, fontWeight: 600, formatter: ({ value }) => `${data.series.length > 1 ? `${name}  ` : ""}${write(value)}` },
      labelLayout: { moveOverlap: "shiftY" },
    };
  });
}

// Bars that lie, one below the other: names at the left can be as long as they are.
function lying(data, token, write) {
  return data.series.map(({ name, values }, place) => {
    const color = token(`series-${(place % SERIES) + 1}`);
    return {
      name, type: "bar", barMaxWidth: 18, emphasis: { disabled: true }, data: values, itemStyle: { color, borderRadius: [0, 4, 4, 0] },
      label: { show: data.series.length === 1, position: "right", color: token("ink"), fontWeight: 600, formatter: ({ value }) => write(value) },
    };
  });
}
const needs = ({ kind, x, series }) => (kind === "rows" ? 44 + x.length * Math.max(22, series.length * 12 + 8) : 0);

function bars(data, token, write, slot) {
  const top = data.maximum ?? Math.max(...data.series.flatMap(({ values }) => values));
  const room = data.x.length * data.series.length <= 12;
  return data.series.map(({ name, values }, place) => {
    const color = token(`series-${(place % SERIES) + 1}`);
    const within = (value) => slot > 70 && value > top * 0.15;
    return {
      name, type: "bar", barMaxWidth: 56, emphasis: { disabled: true }, itemStyle: { color, borderRadius: [4, 4, 0, 0] },
      data: values.map((value) => ({ value, label: { position: within(value) ? "insideTop" : "top", color: token(within(value) ? "action-on" : "ink") } })),
      label: { show: room, fontWeight: 600, distance: 8, formatter: ({ value }) => write(value) },
    };
  });
}

function target({ x, kind, unit, decimals, crowded: close, target: { name, values } }, token) {
  const write = writer({ unit, decimals, least: 0 });
  const color = token("ink-soft");
  const line = { color, width: 1.5, type: "dashed" };
  if (Array.isArray(values)) {
    return {
      name, type: "line", data: values, symbol: "none", z: 1, itemStyle: { color }, lineStyle: line, labelLayout: { moveOverlap: "shiftY" },
      endLabel: { show: kind === "line" && !close, color, fontSize: 13, formatter: ({ value }) => `${name}  ${write(value)}` },
    };
  }
  const label = { position: "insideEndTop", color, formatter: () => `${name}  ${write(values)}` };
  const unseen = { color, opacity: 0 }; // a line that only the tip reads; the mark runs from edge to edge
  return { name, type: "line", data: x.map(() => values), symbol: "none", itemStyle: { color }, lineStyle: unseen, markLine: { silent: true, symbol: "none", lineStyle: line, label, data: [{ yAxis: values }] } };
}

function option(given, width, height) {
  const data = { ...given, crowded: given.kind === "line" ? crowded(given, height) : given.series.length > 1 };
  const token = tokens();
  const write = writer(data);
  const bar = data.kind === "bar";
  if (data.kind === "rows") return optionOfRows(data, token, write, width);
  const font = { fontFamily: token("text"), fontSize: 13, color: token("ink") };
  const soft = { color: token("ink-soft"), fontSize: 13 };
  const drawn = (bar ? bars : lines)(data, token, write, (width - AXIS) / data.x.length);
  if (data.target) drawn.push(target(data, token));
  const ends = drawn.filter(({ endLabel }) => endLabel?.show).map(({ name }) => (drawn.length > 1 ? name.length : 0) + 9);
  const beyond = Math.min(Math.max(0, ...ends) * 7.8, width * 0.5); // room for the names, less the half step after the last point
  const right = Math.max(4, beyond - (width - beyond) / data.x.length / 2);
  const slot = (width - right - AXIS) / data.x.length;
  const longest = Math.max(...data.x.map((name) => name.length)) * 7.2;
  return {
    animation: !calm.matches, animationDuration: 400, textStyle: font,
    legend: { show: data.crowded, top: 0, left: 0, itemGap: LEGEND - 18, itemWidth: 18, itemHeight: 10, icon: "roundRect", textStyle: { ...font, lineHeight: 18 } },
    grid: { left: 4, right, top: data.crowded ? 16 + LEGEND * legendRows(data, width) : 28, bottom: 4, containLabel: true },
    aria: { enabled: true, label: { description: description(data, write) } },
    tooltip: {
      trigger: "axis", className: "dh-chart-tip", formatter: (points) => tip(points, write), padding: 0, borderWidth: 0, backgroundColor: "transparent", confine: true,
      axisPointer: { type: bar ? "shadow" : "line", shadowStyle: { color: token("plain-tint"), opacity: 0.5 }, lineStyle: { color: token("line-strong") } },
    },
    xAxis: {
      type: "category", data: data.x, axisTick: { show: false }, axisLine: { lineStyle: { color: token("line-strong") } },
      axisLabel: { ...soft, interval: bar || longest < slot ? 0 : "auto", ...(bar && { width: slot - 6, overflow: "break", lineHeight: 16 }) },
    },
    yAxis: {
      type: "value", min: bar ? 0 : data.minimum ?? 0, max: data.maximum, interval: data.minimum ? 10 : data.maximum && data.maximum / 4,
      splitLine: { lineStyle: { color: token("line") } }, axisLabel: { ...soft, formatter: writer({ unit: data.unit }) },
    },
    series: drawn,
  };
}

function optionOfRows(data, token, write, width) {
  const font = { fontFamily: token("text"), fontSize: 13, color: token("ink") };
  const soft = { color: token("ink-soft"), fontSize: 13 };
  const shown = data.series.length > 1;
  return {
    animation: !calm.matches, animationDuration: 400, textStyle: font,
    legend: { show: shown, top: 0, left: 0, itemWidth: 18, itemHeight: 10, icon: "roundRect", textStyle: { ...font, lineHeight: 18 } },
    grid: { left: 4, right: 56, top: shown ? 16 + LEGEND * legendRows(data, width) : 8, bottom: 4, containLabel: true },
    aria: { enabled: true, label: { description: description(data, write) } },
    tooltip: {
      trigger: "axis", className: "dh-chart-tip", formatter: (points) => tip(points, write), padding: 0, borderWidth: 0, backgroundColor: "transparent", confine: true,
      axisPointer: { type: "shadow", shadowStyle: { color: token("plain-tint"), opacity: 0.5 } },
    },
    yAxis: {
      type: "category", inverse: true, data: data.x, axisTick: { show: false }, axisLine: { lineStyle: { color: token("line-strong") } },
      axisLabel: { ...soft, interval: 0, width: Math.min(width * 0.42, 280), overflow: "truncate" },
    },
    xAxis: { type: "value", min: 0, max: data.maximum, splitNumber: width < 500 ? 3 : 5, splitLine: { lineStyle: { color: token("line") } }, axisLabel: { ...soft, hideOverlap: true, formatter: writer({ unit: data.unit }) } },
    series: lying(data, token, write),
  };
}

// How many lines the legend takes: an item stands in the line before it while there is room.
function legendRows({ series, target: goal }, width) {
  let [rows, filled] = [1, 0];
  for (const { name } of [...series, goal].filter(Boolean)) {
    const item = 18 + 5 + name.length * 7.4;
    if (filled && filled + item > width) [rows, filled] = [rows + 1, 0];
    filled += item + LEGEND - 18;
  }
  return rows;
}
// Made of elements, not of HTML text: the page allows no style attribute.
function tip(points, write) {
  const list = document.createElement("dl");
  const head = document.createElement("p");
  head.textContent = points[0].name;
  for (const { seriesName, value } of points) {
    const [term, number] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = seriesName;
    number.textContent = write(value);
    list.append(term, number);
  }
  return [head, list];
}

const description = (data, write) =>
  data.series.map(({ name, values }) => `${name}: ${data.x.map((x, place) => `${x} ${write(values[place])}`).join(", ")}`).join(". ");

const given = (place) => JSON.parse(document.getElementById(place.dataset.dhChart).textContent);

async function draw(place) {
  const data = given(place);
  const { init } = await import("../vendor/echarts.js");
  await document.fonts.ready; // a canvas does not redraw itself when its font arrives
  const chart = init(place, null, { renderer: "canvas" });
  const paint = () => chart.setOption(option(data, place.clientWidth, place.clientHeight), true);
  paint();
  new ResizeObserver(() => { chart.resize(); paint(); }).observe(place);
  document.addEventListener("dh:theme", paint);
}

// For a file: the same picture on its own ground, drawn where nobody sees it.
async function save(place, ending) {
  const data = given(place);
  const { init } = await import("../vendor/echarts.js");
  const [width, height] = [Math.max(place.clientWidth, 960), Math.max(place.clientHeight, needs(data), 480)];
  const off = document.createElement("div");
  const chart = init(off, null, { renderer: ending === "svg" ? "svg" : "canvas", ssr: ending === "svg", width, height });
  const title = place.closest("figure")?.querySelector("figcaption")?.textContent.trim() ?? "";
  const drawn = option(data, width, height - 40);
  const token = tokens();
  const top = drawn.grid.top + 40;
  const heading = { text: title, left: 4, top: 4, textStyle: { fontFamily: token("text"), fontSize: 15, color: token("ink") } };
  chart.setOption({ ...drawn, animation: false, title: heading, legend: { ...drawn.legend, top: 36 }, grid: { ...drawn.grid, top }, backgroundColor: token("surface") });
  const content = ending === "svg" ? new Blob([chart.renderToSVGString()], { type: "image/svg+xml" })
    : await new Promise((done) => { chart.getRenderedCanvas({ pixelRatio: 2, backgroundColor: token("surface") }).toBlob(done, "image/png"); }); // no data: address, the page's policy fetches none
  chart.dispose();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = `${title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 80) || "bieu-do"}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    draw(target);
  }
}, { rootMargin: "300px" });

// Charts that come into the page after it has loaded, and the buttons that save them.
export function watch(root) {
  for (const place of root.querySelectorAll("[data-dh-chart]")) {
    const room = needs(given(place));
    if (room) place.style.height = `${room}px`; // before it is seen: nothing below it moves
    near.observe(place);
  }
  for (const button of root.querySelectorAll("[data-dh-chart-save]")) {
    button.hidden = false;
    const place = document.querySelector(`[data-dh-chart="${button.dataset.dhOf}-data"]`);
    button.addEventListener("click", () => save(place, button.dataset.dhChartSave));
  }
}
watch(document);
