// What the pages do beyond htmx: light and dark, the menu on a phone, keys, charts.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// Light and dark: what was chosen, else what the system says. A cookie, so that the
// server writes it into the page and nothing flashes.
$("#theme")?.addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`;
  draw();
});

$("#burger")?.addEventListener("click", (event) => {
  const open = $("#menu").classList.toggle("open");
  event.currentTarget.setAttribute("aria-expanded", String(open));
});

document.addEventListener("click", (event) => {
  for (const drop of $$("details.drop[open]")) {
    if (!drop.contains(event.target)) drop.open = false;
  }
});

// The queue: which row is shown, and on to the next one.
const rows = () => $$("#rows .row:not(.done)");
const current = () => $("#rows .row[aria-current]");

function mark(id) {
  for (const row of $$("#rows .row")) {
    if (row.dataset.row === String(id)) {
      row.setAttribute("aria-current", "true");
      row.scrollIntoView({ block: "nearest" });
    } else {
      row.removeAttribute("aria-current");
    }
  }
}

function move(by) {
  const list = rows();
  const at = list.indexOf(current());
  const next = list[Math.min(Math.max(at + by, 0), list.length - 1)];
  if (!next) return;
  mark(next.dataset.row);
  next.click();
}

document.addEventListener("htmx:after:swap", () => {
  const done = $("#toast [data-done]")?.dataset.done;
  if (done) $(`#rows [data-row="${done}"]`)?.classList.add("done");
  const shown = $("#card [data-decision]")?.dataset.decision;
  if (shown) mark(shown);
  draw();
});

// Keys: `g` and a letter go to a page; a letter presses the button that carries it.
let going = false;

function typed(event) {
  const at = event.target;
  const writes = at.matches?.("input:not([type=checkbox]), select, textarea");
  if (event.key === "Escape" && writes) at.blur();
  return writes || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]");
}

// A card that is still on its way has not been read: no key decides on the one before.
function isComing() {
  const row = current()?.dataset.row;
  const shown = $("#card [data-decision]")?.dataset.decision;
  return row !== undefined && shown !== undefined && row !== shown;
}

function press(key) {
  if (isComing()) return true;
  const button = $(`#card [data-key="${key}"], #toast [data-key="${key}"]`);
  const field = $(`#card [data-focus="${key}"]`);
  (button ?? field)?.[button ? "click" : "focus"]();
  return Boolean(button ?? field);
}

document.addEventListener("keydown", (event) => {
  if (typed(event)) return;
  const key = event.key;
  const goes = going && $(`.menu a[data-key="${key}"]`);
  const acts = {
    "?": () => $("#keys")?.showModal(),
    "/": () => $("#search")?.focus(),
    j: () => move(1),
    k: () => move(-1),
  };
  if (goes) location.assign(goes.href);
  else if (acts[key]) acts[key]();
  else if (!press(key)) {
    going = key === "g";
    return;
  }
  going = false;
  event.preventDefault();
});

// Charts: an element with data-chart holds the series as JSON; ECharts is there only on
// pages that draw. Colours come from the palette, so that both lights are served.
function axis(given, ink, line) {
  return given && {
    ...given,
    axisLabel: { color: ink, hideOverlap: true },
    axisLine: { lineStyle: { color: line } },
    splitLine: { lineStyle: { color: line } },
    splitNumber: 4,
  };
}

function draw() {
  if (!window.echarts) return;
  const style = getComputedStyle(document.body);
  const ink = style.color;
  for (const place of $$("[data-chart]")) {
    const chart = echarts.getInstanceByDom(place) ?? echarts.init(place);
    const option = JSON.parse(place.dataset.chart);
    const line = getComputedStyle(place.closest(".card") ?? place).borderTopColor;
    chart.setOption({
      color: ["#2f9c86", "#d58936", "#5b7db1", "#a05195", "#8a9a5b", "#c0575b", "#4fa3c7", "#b08d57", "#7d8a97"],
      grid: { left: 8, right: 16, top: 24, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText" },
      aria: { enabled: true },
      ...option,
      textStyle: { color: ink, fontFamily: style.fontFamily },
      legend: option.legend && { ...option.legend, textStyle: { color: ink } },
      xAxis: axis(option.xAxis, ink, line),
      yAxis: axis(option.yAxis, ink, line),
    });
  }
}

addEventListener("resize", () => {
  for (const place of $$("[data-chart]")) window.echarts?.getInstanceByDom(place)?.resize();
});
const shown = $("#card [data-decision]")?.dataset.decision;
if (shown) mark(shown);
draw();
