// A tab that is shown may stand outside of a narrow screen.
const showTab = () => document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
showTab();
document.addEventListener("htmx:after:swap", showTab);

// What follows a page that came without a full load: focus, and a word when it did not come.
document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx.target !== document.body) return;
  const wanted = document.querySelector("main [autofocus]");
  (wanted ?? document.getElementById("main"))?.focus({ preventScroll: !wanted });
});

function say(text) {
  const said = document.getElementById("said");
  if (!said || !text) return;
  const notice = document.createElement("p");
  notice.className = "notice tone-failed";
  notice.textContent = text;
  (document.querySelector("#drawer[open] form") ?? said).prepend(notice);
}

document.addEventListener("htmx:error", () => say(document.body.dataset.wordsFailed));

// What just happened is told once: the page that is loaded again or kept as a bookmark does not say it anew.
function forgetWhatWasTold() {
  const address = new URL(location.href);
  const told = ["did", "ran"].filter((name) => address.searchParams.has(name));
  if (told.length === 0) return;
  for (const name of told) address.searchParams.delete(name);
  history.replaceState(history.state, "", address);
}
forgetWhatWasTold();
document.addEventListener("htmx:after:history:update", forgetWhatWasTold);
