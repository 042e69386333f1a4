// Answers to criteria are saved as they are given. Without this file: the form's own button.
(() => {
  "use strict";

  const RETRY = 5000; // ms until an answer that was not saved is sent again

  // Signing in again, in another tab, changes the token: take the present one.
  const refreshToken = (form) => {
    const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (cookie) form.elements.csrfmiddlewaretoken.value = cookie[1];
    return form.elements.csrfmiddlewaretoken.value;
  };

  const start = (form) => {
    const words = form.dataset;
    const running = form.querySelector("[data-running]");
    const unsaved = new Set();
    const touched = new Set();
    // One request at a time, so that an older answer never overtakes a newer one.
    let queue = Promise.resolve();

    const body = (ask) => {
      const data = new FormData();
      data.append("csrfmiddlewaretoken", refreshToken(form));
      for (const field of ask.querySelectorAll("input:checked, textarea")) data.append(field.name, field.value);
      return data;
    };

    // What became of it: [words, is it final, is it good].
    const post = async (ask) => {
      try {
        const answer = await fetch(form.action, {
          method: "POST", body: body(ask), headers: { "X-Requested-With": "fetch" },
        });
        const text = await answer.text();
        if (answer.redirected || (answer.status === 403 && !isPlain(answer))) return [words.expired, false, false];
        if (answer.ok) {
          running.innerHTML = text;
          return [words.saved, true, true];
        }
        return isPlain(answer) ? [text, true, false] : [words.failed, false, false];
      } catch {
        return [words.failed, false, false]; // no network
      }
    };
    const isPlain = (answer) => (answer.headers.get("Content-Type") || "").startsWith("text/plain");

    const send = async (ask) => {
      if (!unsaved.delete(ask)) return;
      const state = ask.querySelector("[data-state]");
      state.textContent = words.saving;
      const [text, isFinal, isGood] = await post(ask);
      state.textContent = text;
      state.classList.toggle("market-bad", !isGood);
      if (isFinal) return;
      unsaved.add(ask);
      setTimeout(() => save(ask), RETRY);
    };
    const save = (ask) => { queue = queue.then(() => send(ask)); };

    form.addEventListener("change", (event) => {
      const ask = event.target.closest("[data-ask]");
      if (!ask) return;
      unsaved.add(ask);
      touched.add(ask);
      save(ask);
    });
    // The button sends what was changed here, not what a colleague may have changed meanwhile.
    form.addEventListener("formdata", ({ formData }) => {
      for (const ask of form.querySelectorAll("[data-ask]")) {
        if (!touched.has(ask)) for (const field of ask.elements) formData.delete(field.name);
      }
    });
    form.addEventListener("submit", () => {
      refreshToken(form);
      unsaved.clear();
    });
    window.addEventListener("beforeunload", (event) => {
      if (unsaved.size) event.preventDefault();
    });
  };

  document.querySelectorAll("[data-desk]").forEach(start);
})();
