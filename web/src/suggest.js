// References are typed ahead: a list box under the field, as the ARIA combobox pattern has it. Without it, a ref or an exact
// name can be typed.
const WAIT = 80;
let input, list, timer, asked;

function close() {
  list?.remove();
  input?.removeAttribute("aria-activedescendant");
  input?.setAttribute("aria-expanded", "false");
  list = undefined;
}

function show(html) {
  close();
  list = document.createElement("div");
  list.className = "suggestions";
  list.id = `${input.id}-suggestions`;
  list.setAttribute("role", "listbox");
  const parsed = new DOMParser().parseFromString(html, "text/html");
  list.append(...parsed.body.childNodes);
  input.after(list);
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "true"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) input.setAttribute(name, value);
}

async function ask() {
  asked?.abort();
  asked = new AbortController();
  const words = input.value.trim();
  if (words === "") return close();
  const address = new URL(input.dataset.suggest, location.href);
  if (address.origin !== location.origin) return;
  address.searchParams.set("q", words);
  try {
    const answer = await fetch(address, { signal: asked.signal, headers: { "HX-Request": "true" } });
    if (answer.ok && document.activeElement === input) show(await answer.text());
  } catch (error) {
    if (error.name !== "AbortError") close();
  }
}

const options = () => [...(list?.querySelectorAll("[role=option]") ?? [])];
const active = () => list?.querySelector("[aria-selected=true]");

function mark(option) {
  active()?.setAttribute("aria-selected", "false");
  option.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function choose(option) {
  input.value = option.dataset.value;
  close();
  input.dispatchEvent(new Event("input", { bubbles: true }));
  clearTimeout(timer);
}

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-suggest]")) return;
  input = event.target;
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
});

document.addEventListener("keydown", (event) => {
  if (!list || event.target !== input) return;
  const all = options();
  const at = all.indexOf(active());
  if (event.key === "ArrowDown" && all.length) mark(all[(at + 1) % all.length]);
  else if (event.key === "ArrowUp" && all.length) mark(all[(at + all.length - 1) % all.length]);
  else if (event.key === "Enter" && active()) choose(active());
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest(".suggestions [role=option]");
  if (!option) return;
  event.preventDefault();
  choose(option);
});

document.addEventListener("focusout", (event) => event.target === input && close());
