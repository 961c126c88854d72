"use strict";
const page = document.documentElement;
const all = (what) => [...document.querySelectorAll(what)];
document.getElementById("language").addEventListener("click", () => {
  page.lang = page.lang === "zh" ? "en" : "zh";
});
const list = document.getElementById("problems");
const find = document.getElementById("find");
const asked = { severity: "", whose: "", site: "", order: "grave" };
function show() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  const held = all(".problem");
  held.forEach((one) => {
    const fits = ["severity", "whose", "site"].every(
      (name) => !asked[name] || one.dataset[name].split(" ").includes(asked[name]));
    one.hidden = !(fits && words.every((word) => one.dataset.text.includes(word)));
  });
  const sign = asked.order === "grave" ? 1 : -1;
  held.sort((a, b) => sign * (a.dataset[asked.order] - b.dataset[asked.order]));
  list.append(...held);
  document.getElementById("none").hidden = held.some((one) => !one.hidden);
  all(".filters button").forEach((button) => {
    const [name, value] = Object.entries(button.dataset)[0];
    button.setAttribute("aria-pressed", asked[name] === value);
  });
}
if (list) {
  all(".filters button").forEach((button) => button.addEventListener("click", () => {
    const [name, value] = Object.entries(button.dataset)[0];
    asked[name] = asked[name] === value ? (name === "order" ? "grave" : "") : value;
    show();
  }));
  find.addEventListener("input", show);
  all("[data-jump]").forEach((link) => link.addEventListener("click", () => {
    find.value = link.dataset.jump;
    show();
  }));
  show();
}
function unfold() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) { target.hidden = false; target.open = true; }
}
addEventListener("hashchange", unfold);
unfold();
all("code.copy").forEach((code) => {
  code.tabIndex = 0;
  const copy = async () => {
    await navigator.clipboard?.writeText(code.textContent);
    code.classList.add("done");
    setTimeout(() => code.classList.remove("done"), 1500);
  };
  code.addEventListener("click", copy);
  code.addEventListener("keydown", (event) => event.key === "Enter" && copy());
});
let folded = [];
addEventListener("beforeprint", () => {
  folded = all("#failed .problem:not([open])");
  folded.forEach((one) => { one.open = true; });
});
addEventListener("afterprint", () => folded.forEach((one) => { one.open = false; }));
