// Clocks tick from the instant that stands in the page; the server is not asked.
const MINUTE = 60, HOUR = 3600, DAY = 86400;

/** A length in its two largest units, as crates/pages/src/when.rs writes it. */
export function spoken(seconds, [d, h, m, s]) {
  const left = Math.abs(Math.trunc(seconds));
  const parts = left < MINUTE ? [[left, s]]
    : left < HOUR ? [[Math.trunc(left / MINUTE), m]]
    : left < DAY ? [[Math.trunc(left / HOUR), h], [Math.trunc(left / MINUTE) % 60, m]]
    : [[Math.trunc(left / DAY), d], [Math.trunc(left / HOUR) % 24, h]];
  const shown = parts.filter(([number], place) => number > 0 || (place === 0 && parts.length === 1));
  return shown.map(([number, unit]) => `${number}\u00a0${unit}`).join(" ");
}

function tick() {
  const { wordsDue, wordsBreached, wordsUnits } = document.body.dataset;
  // A page of the past stands still.
  if (!wordsUnits || document.querySelector(".band")) return;
  const units = wordsUnits.split(" ");
  for (const clock of document.querySelectorAll(".clock[data-due]")) {
    const left = (Date.parse(clock.dataset.due) - Date.now()) / 1000;
    const text = (left < 0 ? wordsBreached : wordsDue).replace("{time}", spoken(left, units));
    const shown = clock.querySelector("[data-clock-text]");
    if (shown.textContent !== text) shown.textContent = text;
    if (left < 0 && !clock.classList.contains("tone-failed")) {
      clock.classList.remove("tone-work", "tone-attention");
      clock.classList.add("tone-failed");
    }
  }
}

setInterval(() => document.hidden || tick(), 1000);
document.addEventListener("visibilitychange", () => document.hidden || tick());
document.addEventListener("htmx:after:swap", tick);
