// The journal without a network: what was seen last is shown again. Its address limits it to the journal.
"use strict";
const SHELF = "nhat-ky";
const HASHED = /\.[0-9a-f]{12}\.\w+$/; // such a file never changes

const kept = (shelf, request) => shelf.match(request, { ignoreVary: true });

const answer = async (request) => {
  const shelf = await caches.open(SHELF);
  const old = await kept(shelf, request);
  if (old && HASHED.test(new URL(request.url).pathname)) return old;
  try {
    const fresh = await fetch(request);
    if (fresh.ok && fresh.type === "basic" && !fresh.redirected) await shelf.put(request, fresh.clone());
    return fresh;
  } catch (offline) {
    const index = request.mode === "navigate" && (await kept(shelf, self.registration.scope));
    if (old || index) return old || index;
    throw offline;
  }
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const isOurs = url.href.startsWith(self.registration.scope)
    || (url.origin === self.location.origin && url.pathname.startsWith("/static/"));
  if (event.request.method === "GET" && isOurs) event.respondWith(answer(event.request));
});
