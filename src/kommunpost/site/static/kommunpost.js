// An extra for those who like the keyboard. Everything works without it: Tab and Enter reach all there is.
(() => {
  "use strict";

  const inField = (element) => element.closest("input, select, textarea, [contenteditable]") !== null;

  const step = (direction) => {
    const links = [...document.querySelectorAll("[data-steps] a, a[data-step]")].filter((link) => link.offsetParent !== null);
    if (links.length === 0) return;
    const focused = links.indexOf(document.activeElement);
    const current = focused >= 0 ? focused : links.findIndex((link) => link.hasAttribute("aria-current"));
    const next = Math.min(Math.max(current + direction, 0), links.length - 1);
    links[next].focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || inField(event.target)) return;
    const search = document.querySelector("[data-search]");
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "j") {
      step(1);
    } else if (event.key === "k") {
      step(-1);
    }
  });
})();
