// The composer's extras: saves by itself, shows advice beside the text, suggests recipients. Without it every button works.
(() => {
  "use strict";

  const form = document.querySelector("form[data-compose]");
  if (!form) return;
  const PAUSE = 900;
  const said = form.querySelector("[data-said]");
  const advice = form.querySelector("[data-advice]");
  let timer = 0;
  let running = false;
  let again = false;
  let dirty = false;
  let leaving = false;
  let waiting = null;

  const say = (words) => { said.textContent = words; };

  const values = () => {
    const data = new FormData(form);
    data.delete("files");
    return data;
  };

  const save = async () => {
    if (leaving) return;
    if (running) { again = true; return; }
    running = true;
    dirty = false;
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: values(), headers: { Accept: "application/json" } });
      if (answer.status === 401 || answer.redirected) { dirty = true; say(form.dataset.signedOut); return; }
      const told = await answer.json();
      if (!answer.ok) { dirty = true; say(told.says); return; }
      form.elements.revision.value = told.revision;
      say(told.says);
      show(told);
    } catch {
      // The network is away: the text stands in the window, and the next change tries again.
      dirty = true;
      say(form.dataset.unsaved);
    } finally {
      running = false;
      if (again) { again = false; save(); }
    }
  };

  // Advice on words that have changed meanwhile is not shown: the answer to the next save is on its way.
  const show = (told) => {
    waiting = null;
    if (dirty) return;
    if (advice.contains(document.activeElement)) { waiting = told; return; }
    form.elements.seen.value = told.seen;
    const fresh = new DOMParser().parseFromString(told.advice, "text/html").body;
    if (fresh.innerHTML.trim() !== advice.innerHTML.trim()) advice.replaceChildren(...fresh.childNodes);
  };

  const plan = () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file" || event.target.closest("[data-find]")) return;
    dirty = true;
    plan();
  });
  form.addEventListener("change", (event) => {
    if (event.target.type === "file" && event.target.files.length) form.querySelector("[data-attach]").click();
  });
  // Nothing moves under the hand of somebody who is among the advice; it comes when they leave.
  advice.addEventListener("focusout", (event) => {
    if (waiting && !advice.contains(event.relatedTarget)) setTimeout(() => { if (waiting) show(waiting); });
  });
  form.addEventListener("submit", () => { leaving = true; clearTimeout(timer); });
  window.addEventListener("beforeunload", (event) => { if (dirty && !leaving) event.preventDefault(); });
  window.addEventListener("pageshow", () => { leaving = false; });

  // Suggestions under the recipient fields: the words after the last comma are looked up in the directory.
  const last = (field) => field.value.split(/[,;]/).pop().trim();
  for (const field of form.querySelectorAll("[data-recipients]")) {
    const list = document.createElement("ul");
    list.className = "kp-suggest";
    list.id = `${field.id}_forslag`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.dataset.suggestions);
    list.hidden = true;
    field.after(list);
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
    field.setAttribute("aria-controls", list.id);
    let wait = 0;
    let current = -1;

    const close = () => {
      list.hidden = true;
      current = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    };
    const choose = (item) => {
      const before = field.value.split(/[,;]/).slice(0, -1).map((one) => one.trim()).filter(Boolean);
      field.value = `${[...before, item.dataset.value].join(", ")}, `;
      close();
      field.focus();
      dirty = true;
      plan();
    };
    const mark = (number) => {
      const items = [...list.children];
      if (!items.length) return;
      current = (number + items.length) % items.length;
      items.forEach((item, at) => item.setAttribute("aria-selected", String(at === current)));
      field.setAttribute("aria-activedescendant", items[current].id);
    };
    const look = async () => {
      const words = last(field);
      if (words.length < 2 || words.includes("@")) { close(); return; }
      const data = new FormData();
      data.set("text", words);
      data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      try {
        const answer = await fetch(form.dataset.recipients, { method: "POST", body: data });
        if (!answer.ok || last(field) !== words) return;
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("li");
        list.replaceChildren(...fresh);
        [...list.children].forEach((item, at) => { item.id = `${list.id}_${at}`; });
        list.hidden = fresh.length === 0;
        current = -1;
        field.setAttribute("aria-expanded", String(fresh.length > 0));
      } catch { close(); }
    };
    field.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(look, 180); });
    field.addEventListener("blur", () => setTimeout(close, 150));
    list.addEventListener("pointerdown", (event) => {
      const item = event.target.closest("li");
      if (item) { event.preventDefault(); choose(item); }
    });
    field.addEventListener("keydown", (event) => {
      if (list.hidden || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowDown") { event.preventDefault(); mark(current + 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); mark(current - 1); }
      else if (event.key === "Enter" && current >= 0) { event.preventDefault(); choose(list.children[current]); }
      else if (event.key === "Escape") { event.stopPropagation(); close(); }
    });
  }

  // With script, choosing is enough.
  for (const control of form.querySelectorAll("[data-needs-no-script]")) control.hidden = true;
})();
