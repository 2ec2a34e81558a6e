// Small conveniences on top of pages that work without any script: menus, keys, chosen photos, a lost connection.
"use strict";

const closeMenus = (except) =>
  document.querySelectorAll("details.menu[open]").forEach((menu) => { if (menu !== except) menu.open = false; });

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(null);
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=radio]), textarea, select")) return;
  // 1, 2 and 3 choose an answer as on the lane terminal; sending it stays a second, deliberate step.
  const choice = document.querySelector(`[data-answer-key="${CSS.escape(event.key)}"]`);
  if (choice) { choice.checked = true; choice.focus(); }
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

const setLost = (isLost) => document.body.classList.toggle("is-lost", isLost);
document.addEventListener("htmx:error", () => setLost(true));
document.addEventListener("htmx:response:error", () => setLost(true));
document.addEventListener("htmx:after:swap", () => setLost(false));
