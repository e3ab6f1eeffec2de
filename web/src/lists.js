// Lists: walking by keyboard, and counting what is selected.
const rows = () => [...document.querySelectorAll("[data-list] > tbody > tr, ol[data-list] > li")];
const current = () => document.querySelector("[data-list] .here");

export function walk(step) {
  const all = rows();
  if (all.length === 0) return false;
  const at = all.indexOf(current());
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  current()?.classList.remove("here");
  next.classList.add("here");
  const link = next.querySelector(".title a, a:not([tabindex])") ?? next.querySelector("a");
  link?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

export function openRow() {
  const link = current()?.querySelector("a");
  link?.click();
  return Boolean(link);
}

export function selectRow() {
  const box = current()?.querySelector("input[name=ref]");
  box?.click();
  return Boolean(box);
}

function count() {
  const boxes = [...document.querySelectorAll("input[name=ref]")];
  const chosen = boxes.filter((box) => box.checked).length;
  const all = document.querySelector("[data-select-all]");
  if (all) {
    all.hidden = false;
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  const shown = document.querySelector("[data-selected]");
  if (shown) {
    shown.dataset.word ??= shown.textContent;
    shown.textContent = `${shown.dataset.word}: ${chosen}`;
  }
}

let last;

document.addEventListener("click", (event) => {
  const box = event.target.closest("input[name=ref]");
  if (!box) return;
  const boxes = [...document.querySelectorAll("input[name=ref]")];
  if (event.shiftKey && last?.isConnected) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) {
    for (const box of document.querySelectorAll("input[name=ref]")) box.checked = event.target.checked;
  }
  if (event.target.matches("[data-select-all], input[name=ref]")) count();
});

document.addEventListener("htmx:after:swap", count);
count();
