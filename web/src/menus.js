// Menus are <details>. Here they close when something else is clicked, and with Escape.
const open = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("details.menu[open]")) return;
  for (const other of open()) if (other !== menu && !other.contains(menu)) other.open = false;
  menu.querySelector(".field :is(input, select, textarea)")?.focus();
}, true);
