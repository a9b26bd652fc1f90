// Counts down how long a sent mail can still be taken back, and looks again until it has gone. Without it the page gives the time.
(() => {
  "use strict";

  const GRACE = 4000;
  const LOOK_AGAIN = 5000;
  for (const place of document.querySelectorAll("[data-undo-until]")) {
    const until = Date.parse(place.dataset.undoUntil);
    const tick = () => {
      const left = until - Date.now();
      // The server keeps the mail a moment longer than it says, so that a press at the last moment is in time.
      if (left <= -GRACE) { location.reload(); return; }
      place.textContent = left > 0 ? place.dataset.words.replace("#", String(Math.ceil(left / 1000))) : "";
      setTimeout(tick, 500);
    };
    tick();
  }
  if (document.querySelector("[data-look-again]")) setTimeout(() => location.reload(), LOOK_AGAIN);
})();
