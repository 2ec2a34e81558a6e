// Keeps the shell of the app: its own files, and the page for when there is no network. No personal page is kept.
const OFFLINE = "/app/offline";

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(VERSION)
      .then((cache) => cache.addAll([...SHELL, new Request(OFFLINE, { cache: "reload" })]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== VERSION).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("message", (event) => {
  if (event.data === "language") {
    event.waitUntil(caches.open(VERSION).then((cache) => cache.add(new Request(OFFLINE, { cache: "reload" }))));
  }
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  } else if (request.method === "GET" && new URL(request.url).pathname.startsWith("/app/static/")) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  }
});
