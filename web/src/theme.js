// Sets the theme before the page is painted. The cookie says light or dark; without it the system decides.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

function chosen() {
  return /(?:^|; )mainstay_theme=(light|dark)/.exec(document.cookie)?.[1];
}

function show() {
  root.dataset.bsTheme = chosen() ?? (root.dataset.theme === "dark" || (root.dataset.theme !== "light" && dark.matches) ? "dark" : "light");
}

show();
dark.addEventListener("change", show);

// The switch works without scripts too, by posting; here it only spares the way to the server.
addEventListener("submit", (event) => {
  if (!event.target.matches("[data-theme-switch]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const wanted = root.dataset.bsTheme === "dark" ? "light" : "dark";
  document.cookie = `mainstay_theme=${wanted}; Path=/; Max-Age=31536000; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
  show();
}, true);
