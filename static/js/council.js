// The ballot, one criterion at a time; every choice is sent at once and kept here until it has arrived.
// Without this file: one long form with a button.
(() => {
  "use strict";
  const form = document.querySelector("[data-card]");
  if (!form) return;
  const key = `phieu-${form.dataset.card}`, retryAfter = 5000;
  const part = (name) => form.querySelector(`[data-${name}]`);
  const sections = [...form.querySelectorAll("[data-criterion]")];
  const links = [...form.querySelectorAll("[data-to]")];
  const state = part("state");
  let token = form.elements.csrfmiddlewaretoken.value;
  let sending = null, timer = 0, at = 0;

  // --- What has not arrived yet: criterion → {option, comment}. Survives a reload and a flat battery.
  const pending = (() => {
    try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; }
  })();
  const keep = () => {
    try {
      if (Object.keys(pending).length) localStorage.setItem(key, JSON.stringify(pending));
      else localStorage.removeItem(key);
    } catch { /* a full or forbidden store: the page itself still holds the choice */ }
  };

  const chosen = (section) => section.querySelector("input[type=radio]:checked");
  const read = (section) => ({ option: chosen(section)?.value || "", comment: section.querySelector("textarea").value });
  const lacksReason = (entry) => entry.option === "stop" && !entry.comment.trim();
  const sendable = () => Object.entries(pending).filter(([, entry]) => !lacksReason(entry));

  const tell = (name) => form.querySelectorAll("[data-told]").forEach((note) => { note.hidden = note.dataset.told !== name; });
  const count = () => {
    const scored = sections.filter(chosen);
    const total = scored.reduce((sum, section) => sum + Number(chosen(section).dataset.points), 0);
    part("done").textContent = scored.length;
    part("bar").value = scored.length;
    part("total").textContent = total.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 });
    sections.forEach((section, i) => {
      links[i].classList.toggle("is-done", Boolean(chosen(section)));
      const reason = section.querySelector("[data-reason]");
      if (reason) reason.hidden = !lacksReason(read(section));
    });
    const waiting = Object.keys(pending).length;
    state.classList.toggle("is-unsent", waiting > 0 && !sending);
    if (sending) state.textContent = state.dataset.saving;
    else state.textContent = waiting ? `${state.dataset.unsent} (${waiting})` : state.dataset.saved;
  };

  // --- Sending
  const ask = (body) => fetch(form.action, {
    method: body ? "POST" : "GET",
    body,
    headers: { Accept: "application/json", ...(body ? { "X-CSRFToken": token } : {}) },
  });
  const json = async (answer) => {
    if (!answer.headers.get("Content-Type")?.includes("json")) return null;
    return answer.json();
  };
  const post = async (entries) => {
    const body = new URLSearchParams();
    entries.forEach(([id, entry]) => { body.set(`option-${id}`, entry.option); body.set(`comment-${id}`, entry.comment); });
    const answer = await ask(body);
    if (answer.status !== 403 || answer.headers.get("Content-Type")?.includes("json")) return answer;
    // Signing in anew, in another tab, made the form's token stale: fetch the present one.
    const fresh = await ask();
    const said = await json(fresh.clone());
    if (!fresh.ok || !said) return fresh;
    token = said.csrf;
    form.elements.csrfmiddlewaretoken.value = token;
    return ask(body);
  };
  const error = (id, words) => {
    const line = sections.find((section) => section.dataset.criterion === id)?.querySelector("[data-error]");
    if (line) { line.textContent = words || ""; line.hidden = !words; }
  };
  const arrived = (entries, refused) => entries.forEach(([id, entry]) => {
    error(id, refused?.[id]);
    if (pending[id] === entry) delete pending[id]; // else it was changed meanwhile
  });
  const attempt = async (entries) => {
    const answer = await post(entries);
    const said = await json(answer);
    if (answer.ok || said?.refused) { arrived(entries, said?.refused); tell(""); return true; }
    if (answer.status === 401) tell("signed-out");
    else if (answer.status === 404) tell("stranger");
    else if (said?.error) {
      tell("refused");
      form.querySelector("[data-words]").textContent = said.error;
      if (["card_locked", "card_closed"].includes(said.code)) arrived(entries); // nothing can be sent any more
    } else tell("offline");
    return false;
  };
  const send = async () => {
    clearTimeout(timer);
    if (sending) { await sending; return send(); }
    const entries = sendable();
    if (!entries.length) return count();
    sending = attempt(entries).catch(() => { tell("offline"); return false; });
    count();
    const went = await sending;
    sending = null;
    keep();
    count();
    if (sendable().length) timer = setTimeout(send, went ? 0 : retryAfter);
  };
  const note = (section) => {
    pending[section.dataset.criterion] = read(section);
    keep();
    count();
  };

  form.addEventListener("change", (event) => {
    const section = event.target.closest("[data-criterion]");
    if (!section) return;
    note(section);
    send();
  });
  form.addEventListener("input", (event) => {
    if (event.target.tagName !== "TEXTAREA") return;
    note(event.target.closest("[data-criterion]"));
    clearTimeout(timer);
    timer = setTimeout(send, 1200);
  });
  window.addEventListener("online", send);
  window.addEventListener("focus", send);
  window.addEventListener("offline", () => tell("offline"));

  // --- One criterion at a time
  const moves = [...form.querySelectorAll("[data-move]")];
  const index = part("index"), wide = matchMedia("(min-width: 62rem)");
  const show = (number, quiet) => {
    at = Math.min(sections.length - 1, Math.max(0, number));
    sections.forEach((section, i) => { section.hidden = i !== at; });
    links.forEach((link, i) => { if (i === at) link.setAttribute("aria-current", "step"); else link.removeAttribute("aria-current"); });
    moves.forEach((button) => { button.hidden = at + Number(button.dataset.move) < 0 || at + Number(button.dataset.move) >= sections.length; });
    part("lock").classList.toggle("btn--ghost", at < sections.length - 1);
    history.replaceState(history.state, "", `#tc-${at + 1}`);
    if (!wide.matches) index.open = false;
    if (quiet) return;
    sections[at].querySelector("h2").focus({ preventScroll: true });
    part("done").closest(".meter").parentElement.scrollIntoView({ block: "start" });
  };
  const asked = () => Number(location.hash.match(/^#tc-(\d+)$/)?.[1] || 0);
  moves.forEach((button) => button.addEventListener("click", () => show(at + Number(button.dataset.move))));
  links.forEach((link) => link.addEventListener("click", (event) => { event.preventDefault(); show(Number(link.dataset.to) - 1); }));
  window.addEventListener("hashchange", () => { if (asked()) show(asked() - 1); });
  const unfold = () => { index.open = wide.matches; };
  wide.addEventListener("change", unfold);

  // The lock page says what is missing; it is only opened once everything has arrived.
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await send();
    if (Object.keys(pending).length) { if (!form.querySelector("[data-told]:not([hidden])")) tell("unsent"); return; }
    if (event.submitter === part("lock")) location.href = form.dataset.lock;
  });
  part("save").hidden = true;

  // --- Begin with what an earlier visit could not send
  Object.entries(pending).forEach(([id, entry]) => {
    const section = sections.find((found) => found.dataset.criterion === id);
    if (!section) { delete pending[id]; return; }
    const radio = [...section.querySelectorAll("input[type=radio]")].find((input) => input.value === entry.option);
    if (radio) radio.checked = true;
    section.querySelector("textarea").value = entry.comment;
  });
  keep();
  unfold();
  const firstOpen = sections.findIndex((section) => !chosen(section));
  show(asked() ? asked() - 1 : Math.max(0, firstOpen), true);
  count();
  send();
})();
