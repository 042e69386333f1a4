/* An order that waits for money: counts the time down and asks for news. Without it the page reloads itself. */
(() => {
  "use strict";
  const PAUSE = 4, CALM = 12; // seconds between two questions; calmer after the first minutes
  const started = Date.now();
  let asked = started;

  const count = () => {
    const spot = document.querySelector("[data-count-to]");
    if (!spot) return;
    const left = Math.max(0, Math.floor((new Date(spot.dataset.countTo) - Date.now()) / 1000));
    spot.textContent = `(${spot.dataset.words} ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")})`;
    spot.hidden = false;
  };

  const ask = () => {
    const panel = document.querySelector("[data-ask-until]");
    if (!panel || document.hidden || Date.now() > new Date(panel.dataset.askUntil)) return;
    const pause = Date.now() - started < 180_000 ? PAUSE : CALM;
    if (Date.now() - asked < pause * 1000) return;
    asked = Date.now();
    window.htmx?.trigger(panel, "ask");
  };

  count();
  setInterval(() => { count(); ask(); }, 1000);
})();
