// Small helps for forms: what is typed is not left by accident, and empty filters stay out of the address.
const dirty = new Set();

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-unsaved]");
  if (form) dirty.add(form);
});

document.addEventListener("submit", (event) => {
  dirty.delete(event.target);
  if (event.target.matches("[data-sparse]")) leaveOutEmpty(event.target);
}, true);

function leaveOutEmpty(form) {
  const empty = [...form.elements].filter((field) => field.name && field.value === "" && !field.disabled);
  for (const field of empty) field.disabled = true;
  setTimeout(() => { for (const field of empty) field.disabled = false; });
}

function isDirty() {
  for (const form of dirty) if (!form.isConnected) dirty.delete(form);
  return dirty.size > 0;
}

addEventListener("beforeunload", (event) => {
  if (isDirty()) event.preventDefault();
});

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  const leaves = ctx.target === document.body && !ctx.sourceElement.matches("form[data-unsaved]");
  if (!leaves || !isDirty()) return;
  if (confirm(document.body.dataset.wordsLeave)) dirty.clear();
  else event.preventDefault();
});

// The same form is not sent twice while the first is under way.
document.addEventListener("htmx:before:request", (event) => {
  for (const button of event.detail.ctx.sourceElement.querySelectorAll?.("button.btn-primary") ?? []) button.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:finally:request", (event) => {
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

// Ctrl+Enter sends the form in which one writes, also from a text of several lines.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest("form[method=post]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button.btn-primary, button:not([type=button])"));
});
