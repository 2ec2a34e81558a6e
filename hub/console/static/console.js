// Small conveniences on top of pages that work without any script: menus, keys, chosen photos, a lost connection.
"use strict";

const closeOwn = (except) =>
  document.querySelectorAll("details.own[open]").forEach((box) => { if (box !== except) box.open = false; });

document.addEventListener("click", (event) => closeOwn(event.target.closest("details.own")));

// The focus itself moves from row to row, so that Enter, Tab and a screen reader go on from there.
const walk = (step) => {
  const links = [...document.querySelectorAll("main .row-link")];
  const at = links.indexOf(document.activeElement);
  links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
};

const actions = {
  "?": () => document.getElementById("keys")?.togglePopover(),
  "/": () => document.querySelector("main .filters :is(input, select):not([type=hidden])")?.focus(),
  j: () => walk(1),
  k: () => walk(-1),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeOwn(null);
  if (document.body.dataset.keys === "off") return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=radio]), textarea, select")) return;
  // 1, 2 and 3 choose an answer as on the lane terminal; sending it stays a second, deliberate step.
  const choice = document.querySelector(`[data-answer-key="${CSS.escape(event.key)}"]`);
  if (choice) { choice.checked = true; choice.focus(); return; }
  if (Object.hasOwn(actions, event.key)) { event.preventDefault(); actions[event.key](); }
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("input[type=file][data-preview]")) return;
  const list = document.getElementById(event.target.dataset.preview);
  list.replaceChildren(...[...event.target.files].map((file) => {
    const item = document.createElement("li");
    const frame = document.createElement("div");
    const picture = document.createElement("img");
    const name = document.createElement("span");
    frame.className = "frame";
    picture.className = "is-face";
    picture.alt = "";
    picture.src = URL.createObjectURL(file);
    picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
    name.className = "small soft";
    name.textContent = file.name;
    frame.append(picture);
    item.append(frame, name);
    return item;
  }));
});

document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("[data-busy]");
  if (button) requestAnimationFrame(() => { button.disabled = true; button.textContent = button.dataset.busy; });
});

// A copy button appears where the browser lets pages copy; where it then refuses, the text is left selected.
if (navigator.clipboard) for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = button.dataset.done;
      button.closest(".copyable").querySelector("[role=status]").textContent = button.dataset.done;
    } catch { getSelection().selectAllChildren(source); }
  });
}

const setLost = (isLost) => document.body.classList.toggle("is-lost", isLost);
document.addEventListener("htmx:error", () => setLost(true));
document.addEventListener("htmx:response:error", () => setLost(true));
document.addEventListener("htmx:after:swap", () => setLost(false));

// Live: parts with the trigger "refresh" follow the hub's changes; while those do not arrive, a timer asks instead.
const POLL_MS = 5000, SETTLE_MS = 400, AGES_MS = 30000;
if (document.querySelector("[hx-trigger^='refresh']")) {
  const changes = new EventSource("/api/v1/events/stream");
  let planned = 0, last = Date.now();
  const refresh = () => { planned = 0; last = Date.now(); document.body.dispatchEvent(new Event("refresh")); };
  const soon = () => { planned ||= setTimeout(refresh, SETTLE_MS); };
  for (const kind of ["case", "device", "confirmation", "watchlist"]) changes.addEventListener(kind, soon);
  setInterval(() => {
    // "2 minutes ago" grows old also when nothing happens.
    const isDue = changes.readyState !== EventSource.OPEN || Date.now() - last > AGES_MS;
    if (isDue && !document.hidden) refresh();
  }, POLL_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
}
