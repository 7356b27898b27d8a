// Charts: <div data-dh-chart="id of a json_script">. The table under "Xem bảng" holds the same figures without script.
//
// {kind: "line" | "bar", unit: "%", decimals: 1, x: ["2020–2021", …],
//  series: [{name: "Toàn tỉnh", values: [61.2, null, …]}, …],
//  target: {name: "Chỉ tiêu", values: [85, …] or 85},          a dashed line
//  maximum: 100}                                               the end of the axis, if it has one
const language = document.documentElement.lang || "vi";
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const tokens = () => {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--dh-${name}`).trim();
};
const writer = ({ unit = "", decimals = 0 }) => {
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return (value) => (value == null ? "—" : format.format(value) + (unit && `\u202f${unit}`));
};

function series(data, token, write) {
  const bar = data.kind === "bar";
  const drawn = data.series.map(({ name, values }, place) => {
    const color = token(`series-${(place % 4) + 1}`);
    return {
      name, type: data.kind, data: values, itemStyle: { color, borderRadius: bar ? [4, 4, 0, 0] : 0 }, barMaxWidth: 44,
      lineStyle: { color, width: 2.5 }, symbol: "circle", symbolSize: 7, connectNulls: false,
      label: { show: bar && values.length * data.series.length <= 12, position: "top", color: token("ink"), formatter: ({ value }) => write(value) },
      endLabel: { show: !bar, color, fontWeight: 600, formatter: ({ value }) => (data.series.length > 1 ? `${name}  ${write(value)}` : write(value)) },
      labelLayout: { moveOverlap: "shiftY" },
    };
  });
  if (data.target) {
    const { name, values } = data.target;
    const all = Array.isArray(values) ? values : data.x.map(() => values);
    const color = token("ink-soft");
    drawn.push({
      name, type: "line", data: all, symbol: "none", step: false, z: 1, itemStyle: { color },
      lineStyle: { color, width: 1.5, type: "dashed" },
      endLabel: { show: true, color, formatter: ({ value }) => `${name}  ${write(value)}` }, labelLayout: { moveOverlap: "shiftY" },
    });
  }
  return drawn;
}

function option(data, width) {
  const token = tokens();
  const write = writer(data);
  const axis = { axisLine: { lineStyle: { color: token("line-strong") } }, axisTick: { show: false }, axisLabel: { color: token("ink-soft"), fontSize: 13, hideOverlap: true } };
  const drawn = series(data, token, write);
  const longest = Math.max(...drawn.map(({ name, endLabel }) => (endLabel.show ? (data.series.length > 1 || name === data.target?.name ? name.length : 0) + 9 : 0)));
  return {
    animation: !calm.matches, animationDuration: 400,
    textStyle: { fontFamily: token("text"), fontSize: 13, color: token("ink") },
    grid: { left: 8, right: Math.min(longest * 7.4 + 8, width * 0.42), top: 24, bottom: 4, containLabel: true },
    aria: { enabled: true, label: { description: description(data, write) } },
    tooltip: {
      trigger: "axis", renderMode: "richText", valueFormatter: write, axisPointer: { type: data.kind === "bar" ? "shadow" : "line", shadowStyle: { color: token("plain-tint"), opacity: 0.5 } },
      backgroundColor: token("surface"), borderColor: token("line-strong"), textStyle: { color: token("ink"), fontFamily: token("text"), fontSize: 13 },
    },
    xAxis: { type: "category", data: data.x, boundaryGap: data.kind === "bar", ...axis },
    yAxis: { type: "value", min: 0, max: data.maximum, splitNumber: 4, ...axis, axisLine: { show: false }, splitLine: { lineStyle: { color: token("line") } }, axisLabel: { ...axis.axisLabel, formatter: writer({ unit: data.unit }) } },
    series: drawn,
  };
}

const description = (data, write) =>
  data.series.map(({ name, values }) => `${name}: ${data.x.map((x, place) => `${x} ${write(values[place])}`).join(", ")}`).join(". ");

async function draw(place) {
  const data = JSON.parse(document.getElementById(place.dataset.dhChart).textContent);
  const { init } = await import("../vendor/echarts.js");
  await document.fonts.ready; // a canvas does not redraw itself when its font arrives
  const chart = init(place, null, { renderer: "canvas" });
  const paint = () => chart.setOption(option(data, place.clientWidth), true);
  paint();
  new ResizeObserver(() => { chart.resize(); paint(); }).observe(place);
  document.addEventListener("dh:theme", paint);
}

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    draw(target);
  }
}, { rootMargin: "300px" });
for (const place of document.querySelectorAll("[data-dh-chart]")) near.observe(place);
