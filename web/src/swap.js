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
