// What scripts add to the app: the offline shell, drafts on the phone, further goods without asking the hub.
"use strict";

const STORE = "drafts";

function database() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("kechid-parcels", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "id" });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

async function inStore(mode, work) {
  const opened = await database();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = opened.transaction(STORE, mode);
      const asked = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    opened.close();
  }
}

const drafts = {
  all: () => inStore("readonly", (store) => store.getAll()),
  get: (id) => inStore("readonly", (store) => store.get(id)),
  put: (draft) => inStore("readwrite", (store) => store.put(draft)),
  remove: (id) => inStore("readwrite", (store) => store.delete(id)),
  clear: () => inStore("readwrite", (store) => store.clear()),
};

const LEFT_OUT = new Set(["action", "checked", "items"]);

function valuesOf(form) {
  return Object.fromEntries([...new FormData(form)].filter(([name, value]) => value && !LEFT_OUT.has(name)));
}

function itemsOf(form) {
  return form.querySelectorAll("[data-item]").length;
}

function renumber(form) {
  form.querySelectorAll("[data-item]").forEach((item, place) => {
    item.querySelector("[data-number]").textContent = String(place + 1);
    for (const element of item.querySelectorAll("[id], [name], [for], [aria-describedby], [value]")) {
      for (const name of ["id", "name", "for", "aria-describedby"]) {
        const written = element.getAttribute(name);
        if (written) {
          element.setAttribute(name, written.replace(/^(item|search|found)-\d+/, `$1-${place}`));
        }
      }
      if (element.name === "action") {
        element.value = element.value.replace(/:\d+$/, `:${place}`);
      }
    }
  });
  form.elements.items.value = String(itemsOf(form));
}

function addItem(form) {
  const last = [...form.querySelectorAll("[data-item]")].pop();
  const item = last.cloneNode(true);
  for (const field of item.querySelectorAll("input, textarea, select")) {
    field.value = "";
    field.removeAttribute("aria-invalid");
  }
  item.querySelectorAll(".said .error, .said .warning, .found").forEach((note) => note.remove());
  last.after(item);
  renumber(form);
  return item;
}

const MOST_PICTURES = 3;

function showChosen(form, pictures) {
  form.querySelector("[data-chosen]")?.replaceChildren(...pictures.map((picture) => {
    const line = document.createElement("li");
    line.textContent = picture.name;
    return line;
  }));
}

// Sends the pictures of a draft whose declaration was sent: "sent", "refused", or "later" when nobody took them.
async function sendPictures(draft) {
  const form = new FormData();
  draft.pictures.forEach((picture) => form.append("pictures", picture, picture.name));
  try {
    const answer = await fetch(`/app/parcels/${draft.sentTo}/pictures`, { method: "POST", body: form });
    const isTaken = answer.ok && answer.url.includes("/app/parcels/");
    return isTaken ? "sent" : answer.status >= 400 && answer.status < 500 ? "refused" : "later";
  } catch {
    return "later";
  }
}

// Deletes the draft of what was sent, once its pictures are there too.
async function settle(sent, parcel) {
  const draft = sent && await drafts.get(sent);
  if (draft?.pictures?.length) {
    await drafts.put({ ...draft, sentTo: parcel });
  } else if (sent) {
    await drafts.remove(sent);
  }
  for (const waiting of (await drafts.all()).filter((one) => parcel && one.sentTo === parcel)) {
    const outcome = await sendPictures(waiting);
    if (outcome !== "later") {
      await drafts.remove(waiting.id);
    }
    if (outcome === "sent") {
      location.replace(location.pathname + location.search);
    } else {
      document.querySelector(`[data-${outcome}]`).hidden = false;
    }
  }
}

function fillIn(form, draft) {
  while (itemsOf(form) < draft.items) {
    addItem(form);
  }
  for (const [name, value] of Object.entries(draft.values)) {
    const field = form.elements[name];
    if (field && "value" in field) {
      field.value = value;
    }
  }
}

function keepDrafts(form) {
  const reference = form.elements.reference;
  let id = reference.value || `offline-${crypto.randomUUID()}`;
  let waiting;
  let pictures = [];
  // The page of a check knows the pictures by the number of the form only.
  const known = drafts.get(id).then((draft) => {
    pictures = draft?.pictures ?? pictures;
    showChosen(form, pictures);
  });
  const keep = async () => {
    await known;
    await drafts.put({ id, at: Date.now(), items: itemsOf(form), values: valuesOf(form), pictures });
  };
  const chosen = form.querySelector("[data-pictures]");
  if (chosen) {
    chosen.hidden = false;
    chosen.querySelector("input").addEventListener("change", async (event) => {
      pictures = [...event.target.files].slice(0, MOST_PICTURES);
      showChosen(form, pictures);
      await keep();
    });
  }
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 150);
  });
  form.addEventListener("submit", keep);
  return async (draft) => {
    const isNew = !draft.values.reference && reference.value;
    fillIn(form, draft);
    pictures = draft.pictures ?? [];
    showChosen(form, pictures);
    id = isNew ? reference.value : draft.id;
    if (isNew) {
      // Begun without a network: from now on it goes by the number that the hub has given.
      await keep();
      await drafts.remove(draft.id);
      history.replaceState(null, "", `#draft=${id}`);
    }
  };
}

async function showDrafts(place) {
  const kept = await drafts.all();
  place.hidden = kept.length === 0;
  const list = place.querySelector("ul");
  list.replaceChildren(...kept.sort((one, other) => other.at - one.at).map((draft) => {
    const link = document.createElement("a");
    link.href = draft.sentTo
      ? `/app/parcels/${draft.sentTo}`
      : `${place.dataset.drafts}#draft=${encodeURIComponent(draft.id)}`;
    link.textContent = draft.values.tracking_number || draft.values["item-0-description"] || place.dataset.unnamed;
    const line = document.createElement("li");
    line.append(link);
    return line;
  }));
}

async function openDraft(take) {
  const named = /^#draft=(.+)$/.exec(location.hash);
  const draft = named && await drafts.get(decodeURIComponent(named[1]));
  if (draft) {
    await take(draft);
  }
}

async function begin() {
  const { owner, sent, parcel } = document.body.dataset;
  if (owner && localStorage.getItem("owner") !== owner) {
    await drafts.clear();
    localStorage.setItem("owner", owner);
  }
  await settle(sent, parcel);
  const form = document.querySelector("form[data-draft]");
  if (form) {
    const take = keepDrafts(form);
    await openDraft(take);
    addEventListener("hashchange", () => openDraft(take));
    form.addEventListener("click", (event) => {
      if (event.target.closest("[data-add]") && itemsOf(form) < Number(form.dataset.most)) {
        event.preventDefault();
        addItem(form).querySelector("textarea").focus();
        form.dispatchEvent(new Event("input"));
      }
    });
  }
  for (const place of document.querySelectorAll("[data-drafts]")) {
    await showDrafts(place);
  }
  document.documentElement.dataset.ready = "yes";
}

document.querySelector("form[action='/app/sign-out']")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await drafts.clear();
  localStorage.removeItem("owner");
  event.target.submit();
});

begin();

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/app/service-worker.js", { scope: "/app/" });
  navigator.serviceWorker.ready.then((registration) => {
    const language = document.documentElement.lang;
    if (navigator.onLine && localStorage.getItem("language") !== language) {
      registration.active.postMessage("language");
      localStorage.setItem("language", language);
    }
  });
}
