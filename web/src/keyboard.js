// Keys: g and a letter goes, / searches, j k walk a list, o opens, x selects, c comments, m moves, a assigns, ? shows all.
import { walk, openRow, selectRow } from "./lists.js";

let going = 0;

const isTyping = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape") return isTyping(event.target) && event.target.blur();
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (act(event.key)) event.preventDefault();
});

function act(key) {
  if (Date.now() - going < 1500) {
    going = 0;
    return press(document.querySelector(`[data-go="${CSS.escape(key)}"]`));
  }
  switch (key) {
    case "g": going = Date.now(); return true;
    case "j": return walk(1);
    case "k": return walk(-1);
    case "o": return openRow();
    case "x": return selectRow();
    case "?": return showShortcuts();
    default: return press(document.querySelector(`[data-key="${CSS.escape(key)}"]`));
  }
}

function press(element) {
  if (!element) return false;
  if (element.matches("input, textarea")) {
    element.focus();
    element.select?.();
  } else {
    element.focus();
    element.click();
  }
  return true;
}

function showShortcuts() {
  const shortcuts = document.getElementById("shortcuts");
  shortcuts?.showModal();
  return Boolean(shortcuts);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-shortcuts]")) showShortcuts();
});
