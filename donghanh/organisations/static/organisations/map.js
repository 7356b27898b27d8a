// A map: <div data-dh-map="id of a json_script">. The table on the page holds the same figures without script.
//
// {boundaries: address of the GeoJSON, name: what is counted, values: [{unit: "17", name: "Xã Hòa Sơn", value: 3}, …]}
const language = document.documentElement.lang || "vi";
const write = new Intl.NumberFormat(language).format;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--dh-${name}`).trim();

// Made of elements, not of HTML text: the page allows no style attribute.
function tip(area, what) {
  const [head, list] = [document.createElement("p"), document.createElement("dl")];
  const [term, number] = [document.createElement("dt"), document.createElement("dd")];
  head.textContent = area?.title ?? "";
  term.textContent = what;
  number.textContent = area ? write(area.value) : "—";
  list.append(term, number);
  return [head, list];
}

function option({ name, values }) {
  const most = Math.max(1, ...values.map(({ value }) => value));
  const font = { fontFamily: token("text"), fontSize: 13, color: token("ink") };
  const area = { areaColor: token("plain-tint"), borderColor: token("surface") || token("line-strong"), borderWidth: 1 };
  return {
    animation: !calm.matches, textStyle: font,
    aria: { enabled: true, label: { description: values.map(({ name: place, value }) => `${place} ${write(value)}`).join(", ") } },
    tooltip: { className: "dh-chart-tip", padding: 0, borderWidth: 0, backgroundColor: "transparent", confine: true, formatter: ({ data }) => tip(data, name) },
    visualMap: { min: 0, max: most, left: 0, bottom: 0, calculable: false, text: [write(most), "0"], textStyle: font, inRange: { color: [token("plain-tint"), token("series-1")] } },
    series: [{
      type: "map", map: "units", nameProperty: "unit", name, itemStyle: area, selectedMode: false, roam: false,
      emphasis: { label: { show: false }, itemStyle: { areaColor: token("series-2"), borderColor: token("ink") } },
      data: values.map(({ unit, name: title, value }) => ({ name: unit, title, value })),
    }],
  };
}

async function draw(place) {
  const data = JSON.parse(document.getElementById(place.dataset.dhMap).textContent);
  const [{ init, registerMap }, answer] = await Promise.all([import("../vendor/echarts.js"), fetch(data.boundaries)]);
  registerMap("units", await answer.json());
  await document.fonts.ready; // a canvas does not redraw itself when its font arrives
  const chart = init(place, null, { renderer: "canvas" });
  const paint = () => chart.setOption(option(data), true);
  paint();
  new ResizeObserver(() => chart.resize()).observe(place);
  document.addEventListener("dh:theme", paint);
}

for (const place of document.querySelectorAll("[data-dh-map]")) draw(place);
