// Counts down how long a sent mail can still be taken back, and says when it has gone. Without it the page gives the time.
(() => {
  "use strict";

  for (const place of document.querySelectorAll("[data-undo-until]")) {
    const until = Date.parse(place.dataset.undoUntil);
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      if (left <= 0) { location.reload(); return; }
      place.textContent = place.dataset.words.replace("#", String(left));
      setTimeout(tick, 500);
    };
    if (until > Date.now()) tick();
  }
})();
