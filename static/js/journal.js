/* Steps of lots noted on a phone: kept here first, then sent. Each arrives once, by its event_id, however
   often it is sent. Without this file the form is sent as it stands. */
(() => {
  "use strict";
  const root = document.querySelector("[data-journal]");
  if (!root) return;
  const words = root.dataset, key = `journal:${words.user}`, SHELF = "nhat-ky", READY = 8;
  const form = root.querySelector("form[data-note]");
  const box = root.querySelector("[data-drafts]"), list = box.querySelector("ul");
  const status = root.querySelector("[data-status]");
  const photos = new Map(); // draft → files: these live as long as the page
  const fill = (text, ...values) => values.reduce((done, value) => done.replace("%s", value), text);

  // --- Drafts of this login; read anew each time, for another tab may have changed them ---

  const read = () => { try { return JSON.parse(localStorage.getItem(key)) || []; } catch { return []; } };
  const write = (drafts) => {
    try { localStorage.setItem(key, JSON.stringify(drafts)); return true; } catch { return false; }
  };
  const put = (draft) => write([...read().filter((other) => other.id !== draft.id), draft]);
  const drop = (id) => write(read().filter((draft) => draft.id !== id));
  const mark = (id, facts) => {
    write(read().map((draft) => (draft.id === id ? { ...draft, ...facts } : draft)));
    show();
  };

  // randomUUID is missing on older phones and where the page came without TLS.
  const freshId = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g,
    (digit) => (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16));

  // --- What waits ---

  const say = (text, { bad = false, link = false } = {}) => {
    status.textContent = text;
    status.classList.toggle("is-bad", bad);
    if (!link) return;
    const a = document.createElement("a");
    a.href = words.signIn;
    a.textContent = words.signInText;
    status.append(" ", a);
  };

  const element = (name, className, text) => {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  };

  // What a person typed is Vietnam's time, wherever the phone thinks it is.
  const moment = (text) => new Date(text.length < 20 ? `${text}+07:00` : text).toLocaleString("vi",
    { timeZone: "Asia/Ho_Chi_Minh", dateStyle: "short", timeStyle: "short" });

  const row = (draft) => {
    const item = document.createElement("li");
    item.append(element("strong", "", draft.label), element("span", "market-quiet", `${draft.lot} · ${moment(draft.fields.event_time)}`));
    if (draft.error) item.append(element("span", "market-bad", draft.error));
    if (draft.lostPhotos) item.append(element("span", "market-warn", words.lostPhotos));
    const buttons = element("div", "journal-drafts__steps", "");
    if (draft.error) {
      const mend = element("a", "market-step market-step--plain market-step--small", words.mend);
      mend.href = `${draft.url}#sua-${draft.id}`;
      buttons.append(mend);
    }
    const discard = element("button", "market-step market-step--plain market-step--small", words.discard);
    discard.type = "button";
    discard.addEventListener("click", () => {
      if (!confirm(fill(words.sure, draft.label))) return;
      drop(draft.id);
      show();
    });
    buttons.append(discard);
    item.append(buttons);
    return item;
  };

  const show = () => {
    const drafts = read();
    box.hidden = !drafts.length;
    box.querySelector("h2").textContent = fill(words.unsent, drafts.length);
    list.replaceChildren(...drafts.map(row));
  };

  // --- Sending ---

  // The cookie's token, not the page's: a kept page is older than the session.
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1]
    || root.querySelector("[name=csrfmiddlewaretoken]")?.value || "";

  const post = async (draft, files) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(draft.fields)) body.append(name, value);
    for (const file of files) body.append("photos", file, file.name);
    const headers = { Accept: "application/json", "X-CSRFToken": token() };
    const answer = await fetch(draft.url, { method: "POST", body, headers, credentials: "same-origin" });
    const isOurs = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    return { status: answer.status, said: isOurs ? await answer.json() : null, wasSent: answer.redirected };
  };

  /* True: go on with the next. */
  const send = async (draft) => {
    const files = photos.get(draft.id) || [];
    photos.delete(draft.id);
    let answer;
    try { answer = await post(draft, files); } catch {
      if (files.length) mark(draft.id, { lostPhotos: true });
      say(words.kept);
      return false;
    }
    const { status: code, said, wasSent } = answer;
    if (said && code < 300) {
      drop(draft.id);
      say(fill(words.sent, said.label));
      return true;
    }
    if (said && code < 500) {
      mark(draft.id, { error: said.detail, code: said.code });
      say(said.detail, { bad: true });
      return true;
    }
    if (files.length) mark(draft.id, { lostPhotos: true });
    if (wasSent || code === 403) say(words.signedOut, { bad: true, link: true });
    else say(words.kept);
    return false;
  };

  const renew = async () => {
    const entries = root.querySelector("[data-entries]");
    if (!entries) return;
    try {
      const answer = await fetch(location.pathname, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = answer.ok && page.querySelector("[data-entries]");
      if (fresh) entries.replaceWith(fresh);
    } catch { /* offline again: the next visit shows it */ }
  };

  let last = Promise.resolve();
  const sendAll = () => {
    last = last.then(async () => {
      let count = read().length;
      for (const draft of read()) if (!draft.error && !(await send(draft))) break;
      show();
      count -= read().length;
      if (count) await renew();
    });
  };

  // --- Noting ---

  const note = (event) => {
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "csrfmiddlewaretoken") fields[name] = value;
    }
    if (!fields.step) return; // the server says what is missing
    fields.event_time ||= new Date().toISOString();
    const files = [...form.elements.photos.files].filter((file) => file.size);
    const large = files.find((file) => file.size > Number(words.largest));
    if (large) {
      event.preventDefault();
      say(fill(words.tooLarge, large.name), { bad: true });
      return;
    }
    const step = form.querySelector("[name=step]:checked");
    const draft = { id: fields.event_id, url: location.pathname, lot: words.lot, label: step.dataset.label, fields };
    if (!put(draft)) return; // no storage: the form goes as it is
    event.preventDefault();
    if (files.length) photos.set(draft.id, files);
    form.reset();
    form.elements.event_id.value = freshId();
    for (const fold of form.querySelectorAll("details")) fold.open = false;
    say(words.sending);
    show();
    status.scrollIntoView({ block: "nearest" });
    sendAll();
  };

  /* A refused draft comes back into the form. Under its own id: what was refused stands nowhere. */
  const mend = () => {
    const id = location.hash.startsWith("#sua-") && location.hash.slice(5);
    const draft = id && read().find((other) => other.id === id);
    if (!draft || draft.url !== location.pathname) return;
    for (const [name, value] of Object.entries(draft.fields)) {
      const field = form.elements[name];
      if (field && name !== "user" && name !== "event_time") field.value = value;
    }
    form.elements.event_time.value = local(draft.fields.event_time);
    const step = form.querySelector("[name=step]:checked");
    for (const fold of [step?.closest("details"), form.querySelector("[data-more]")]) if (fold) fold.open = true;
    if (draft.code === "event_known") {
      form.elements.event_id.value = freshId();
      drop(id);
    }
    history.replaceState(null, "", location.pathname);
    form.scrollIntoView();
    show();
  };

  /* As a datetime-local field writes it, in Vietnam's time. */
  const local = (text) => (text.endsWith("Z")
    ? new Date(new Date(text).getTime() + 7 * 3600e3).toISOString().slice(0, 16) : text);

  // --- Opening without a network ---

  const prepare = async () => {
    if (!("serviceWorker" in navigator) || !window.caches) return;
    await navigator.serviceWorker.register(words.worker);
    await navigator.serviceWorker.ready;
    const shelf = await caches.open(SHELF);
    const parts = performance.getEntriesByType("resource").map((entry) => new URL(entry.name))
      .filter((url) => url.origin === location.origin && url.pathname.startsWith("/static/")).map((url) => url.href);
    const lots = [...root.querySelectorAll("a[data-lot]")].slice(0, READY).map((link) => link.href);
    for (const url of [location.origin + location.pathname, ...parts, ...lots]) {
      if (await shelf.match(url, { ignoreVary: true })) continue;
      const answer = await fetch(url, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) await shelf.put(url, answer);
    }
    root.dataset.ready = "";
  };

  /* Pages that were kept for another login are thrown away. */
  const begin = async () => {
    try {
      if (localStorage.getItem("journal:user") !== words.user) {
        await window.caches?.delete(SHELF);
        localStorage.setItem("journal:user", words.user);
      }
      await prepare();
    } catch { /* no storage or no network: the journal works online */ }
  };

  form?.addEventListener("submit", note);
  form && window.addEventListener("hashchange", mend);
  window.addEventListener("online", sendAll);
  box.querySelector("[data-again]").addEventListener("click", sendAll);
  show();
  form && mend();
  if (read().length) sendAll();
  begin();
})();
