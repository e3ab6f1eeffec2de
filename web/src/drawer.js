// Moves open in a drawer: htmx takes the form out of the move's page and puts it here.
const drawer = () => document.getElementById("drawer");
let opener;

document.addEventListener("htmx:before:request", (event) => {
  const source = event.detail.ctx.sourceElement;
  if (source.getAttribute("hx-target") === "#drawer-body") opener = source;
});

document.addEventListener("htmx:after:swap", (event) => {
  const open = drawer();
  if (!open || !open.querySelector("form") || open.open) return;
  open.showModal();
  (open.querySelector("[autofocus]") ?? open.querySelector("input:not([type=hidden]), select, textarea, button.btn-primary"))?.focus();
});

// A move whose form cannot be shown here is shown as a page.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx.target?.id !== "drawer-body" || ctx.text?.includes('id="form"')) return;
  event.preventDefault();
  location.assign(ctx.response.raw.url);
});

document.addEventListener("click", (event) => {
  const open = drawer();
  if (!open?.open) return;
  const outside = event.target === open && !inside(open, event);
  if (!outside && !event.target.closest("#drawer [data-close]")) return;
  event.preventDefault();
  event.stopPropagation();
  open.close();
}, true);

function inside(element, { clientX, clientY }) {
  const box = element.getBoundingClientRect();
  return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
}

// The focus comes back where it was.
document.addEventListener("close", (event) => {
  if (event.target.id !== "drawer") return;
  document.getElementById("drawer-body").replaceChildren();
  if (opener?.isConnected) opener.focus();
}, true);
