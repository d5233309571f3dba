// Conveniences only: every page works without this file.
"use strict";

const typing = (node) => node instanceof HTMLElement && (node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName));

// "/" reaches the search box from anywhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
  const box = document.querySelector("[data-search]");
  if (box) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});

// "?" opens the chapter of the manual that explains the page, in a tab of its own.
document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
  const help = document.querySelector("[data-help]");
  if (help) {
    event.preventDefault();
    help.click();
  }
});

// Enter moves to the next field of a form that says so; on its last field it sends the form.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || !(field instanceof HTMLElement)) return;
  const form = field.closest("form[data-enter-next]");
  if (!form || !/^(INPUT|SELECT)$/.test(field.tagName)) return;
  const fields = [...form.elements].filter((one) => !one.disabled && one.type !== "hidden" && one.tagName !== "FIELDSET" && one.offsetParent !== null);
  const next = fields[fields.indexOf(field) + 1];
  if (!next || next.type === "submit") return;
  event.preventDefault();
  next.focus();
  if (next.select) next.select();
});

// In the menu: Escape closes what is open, up and down walk through it; a click elsewhere closes it.
const menu = document.querySelector("nav.menu");
menu?.addEventListener("keydown", (event) => {
  const open = event.target.closest("details");
  if (!open || !["Escape", "ArrowDown", "ArrowUp"].includes(event.key)) return;
  const summary = open.querySelector("summary");
  event.preventDefault();
  event.stopPropagation();
  open.open = event.key !== "Escape";
  const steps = [summary, ...open.querySelectorAll("a")];
  const to = event.key === "Escape" ? 0 : steps.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
  steps[to]?.focus();
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("nav.menu details[open]")) if (!open.contains(event.target)) open.open = false;
});
menu?.addEventListener("focusout", (event) => {
  const left = event.target.closest("details");
  if (left && event.relatedTarget && !left.contains(event.relatedTarget)) left.open = false;
});

// Arrows walk through a list; Enter follows the link of the row, as it does anyway.
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (typing(event.target) && !event.target.matches("[data-search]")) return;
  const links = [...document.querySelectorAll("[data-list] [data-open] a[data-row]")];
  if (links.length === 0) return;
  const at = links.indexOf(document.activeElement);
  if (at < 0 && typing(event.target) && event.key === "ArrowUp") return;
  const to = at < 0 ? 0 : at + (event.key === "ArrowDown" ? 1 : -1);
  if (links[to]) {
    event.preventDefault();
    links[to].focus();
  }
});

// Where the hand goes first: to the field that is wrong, to the first row of what was found, or to the text of the page.
// The field a page asks for first gets it now and not at the first drawing, lest the first letters of quick hands be lost.
const wrong = document.querySelector("main [aria-invalid='true']");
const asked = document.querySelector("[autofocus]");
if (wrong) {
  wrong.focus();
  if (wrong.select) wrong.select();
} else if (asked && !location.hash) {
  asked.focus();
} else if (!location.hash) {
  const asks = document.querySelector("main [data-ask]") ? document.querySelector("[data-search]") : null;
  const first = asks ?? document.querySelector("main [data-found] a[data-row]") ?? document.querySelector("main#main");
  first?.focus({ preventScroll: true });
  if (asks?.select) asks.select();
}

// Live progress: asks every second, and loads the page again when the work has ended.
for (const node of document.querySelectorAll("[data-progress]")) {
  const bar = node.querySelector("progress");
  const text = node.querySelector("[data-progress-text]");
  const ask = async () => {
    try {
      const answer = await fetch(node.dataset.progress, { headers: { accept: "application/json" } });
      if (!answer.ok) {
        // Nobody may ask this any more; anything else passes.
        if (![401, 403, 404].includes(answer.status)) setTimeout(ask, 1000);
        return;
      }
      const now = await answer.json();
      if (bar && now.total > 0) {
        bar.max = now.total;
        bar.value = now.done;
      }
      if (text) text.textContent = now.text;
      if (!now.running) {
        location.reload();
        return;
      }
    } catch {
      // The server may be starting again; the next question will tell.
    }
    setTimeout(ask, 1000);
  };
  setTimeout(ask, 500);
}

// A page of work that shows no progress of its own is loaded again while the work goes on.
const again = Number(document.body.dataset.refresh ?? 0);
if (again > 0 && !document.querySelector("[data-progress]")) setTimeout(() => location.reload(), again * 1000);

// A form that has been sent is not sent twice by a second click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || form.dataset.download !== undefined) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What was typed into a form stays with its place in the browser's history, for the session that typed it.
for (const form of document.querySelectorAll("form[data-keep]")) {
  const token = form.elements.csrf?.value;
  const kept = history.state?.kept;
  if (kept && token && kept.token === token && kept.action === form.getAttribute("action")) {
    for (const [name, value] of kept.fields) {
      const field = form.elements.namedItem(name);
      if (!field || field instanceof RadioNodeList || field.type === "hidden") continue;
      if (field.type === "checkbox") field.checked = value;
      else field.value = value;
    }
  }
  form.addEventListener("submit", () => {
    if (!token) return;
    const fields = [...form.elements]
      .filter((one) => one.name && one.type !== "hidden" && one.type !== "submit")
      .map((one) => [one.name, one.type === "checkbox" ? one.checked : one.value]);
    history.replaceState({ kept: { token, action: form.getAttribute("action"), fields } }, "");
  });
}

// A key held down does not press the button of the page that follows.
document.addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter" && event.target instanceof HTMLButtonElement) event.preventDefault();
});
