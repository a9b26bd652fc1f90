// An extra for those who like the keyboard. Everything works without it: Tab and Enter reach all there is.
(() => {
  "use strict";

  const GO_WAITS = 1500;
  const LOOK_AGAIN = 4000;
  const singleKeys = document.documentElement.dataset.singleKeys !== "off";
  let goUntil = 0;

  const inField = (element) => element.closest("input, select, textarea, [contenteditable]") !== null;
  const isShown = (element) => element.offsetParent !== null;

  const step = (direction) => {
    const links = [...document.querySelectorAll("[data-steps] > li > a:not(.ds-button), [data-steps] a.kp-title, a[data-step]")].filter(isShown);
    if (links.length === 0) return;
    const focused = links.indexOf(document.activeElement);
    const current = focused >= 0 ? focused : links.findIndex((link) => link.hasAttribute("aria-current"));
    links[Math.min(Math.max(current + direction, 0), links.length - 1)].focus();
  };

  const go = (letter) => {
    const link = document.querySelector(`[data-go="${CSS.escape(letter)}"]`);
    if (link) link.click();
  };

  const back = () => {
    const crumbs = document.querySelectorAll(".ds-breadcrumbs a");
    const link = [...document.querySelectorAll(".kp-back")].find(isShown) || crumbs[crumbs.length - 1];
    if (link) link.click();
  };

  // The page of keys, laid over this one. Without it, or when it cannot be fetched, the page itself opens.
  const showKeys = async (link) => {
    try {
      const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
      const list = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-keys]");
      if (!answer.ok || !list) throw new Error("no keys");
      const dialog = document.createElement("dialog");
      dialog.className = "ds-dialog kp-dialog";
      dialog.setAttribute("aria-label", link.textContent.trim());
      dialog.append(list);
      dialog.addEventListener("close", () => dialog.remove());
      dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
      document.body.append(dialog);
      dialog.showModal();
    } catch {
      link.click();
    }
  };

  const single = {
    "/": () => document.querySelector("[data-search]")?.focus(),
    "?": () => { const link = document.querySelector("[data-help]"); if (link) showKeys(link); },
    j: () => step(1),
    k: () => step(-1),
    g: () => { goUntil = Date.now() + GO_WAITS; },
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat && event.key !== "j" && event.key !== "k") return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest("form");
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      if (inField(event.target)) event.target.blur();
      else if (!document.querySelector(":popover-open")) back();
      return;
    }
    if (!singleKeys || inField(event.target)) return;
    if (Date.now() < goUntil) {
      goUntil = 0;
      event.preventDefault();
      go(event.key.toLowerCase());
      return;
    }
    const act = single[event.key];
    if (act) { event.preventDefault(); act(); return; }
    // What a page offers under a key of its own: R registers, S answers. A field takes the writing, a button acts.
    const letter = CSS.escape(event.key.toLowerCase());
    const own = [...document.querySelectorAll(`[data-key="${letter}"]`)].find(isShown);
    if (!own) return;
    event.preventDefault();
    if (inField(own)) own.focus(); else own.click();
  });

  // Copying and printing are buttons that only script can keep its word about.
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText(field.value);
      button.querySelector("span").textContent = button.dataset.done;
    });
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // A file that takes its time: say so until the server's mark comes with the first bytes.
  for (const form of document.querySelectorAll("form[data-waits]")) {
    const said = form.querySelector("[role=status]");
    form.addEventListener("submit", () => {
      const mark = String(Date.now());
      const field = form.elements.begun || form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "begun" }));
      field.value = mark;
      said.textContent = said.dataset.waitingWords;
      const looked = setInterval(() => {
        if (!document.cookie.split("; ").includes(`${form.dataset.waits}=${mark}`)) return;
        clearInterval(looked);
        said.textContent = said.dataset.doneWords;
      }, 300);
    });
  }

  // Long work: look again, quietly; when the waiting is over the page itself is loaded.
  const lookAgain = async () => {
    const waiting = document.querySelector("[data-waiting]");
    if (!waiting) return;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-waiting]");
      if (!fresh || answer.redirected) { location.reload(); return; }
      if (!waiting.contains(document.activeElement)) waiting.replaceChildren(...fresh.childNodes);
    } catch { /* The network is away for a moment: the next look will tell. */ }
    setTimeout(lookAgain, LOOK_AGAIN);
  };
  setTimeout(lookAgain, LOOK_AGAIN);

  // What is wrong comes first, also for those who do not see the page.
  document.querySelector(".ds-error-summary")?.focus();
})();
