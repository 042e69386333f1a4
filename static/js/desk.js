// Answers to criteria are saved as they are given. Without this file: the form's own button.
(() => {
  "use strict";

  const RETRY = 5000; // ms until an answer that found no network is sent again

  const start = (form) => {
    const unsaved = new Set();
    const words = form.dataset;
    const running = form.querySelector("[data-running]");

    const body = (ask) => {
      const data = new FormData();
      data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      for (const field of ask.querySelectorAll("input:checked, textarea")) data.append(field.name, field.value);
      return data;
    };

    // One request at a time, so that an older answer never overtakes a newer one.
    let queue = Promise.resolve();
    const save = (ask) => {
      unsaved.add(ask);
      queue = queue.then(() => send(ask));
    };
    const send = async (ask) => {
      if (!unsaved.delete(ask)) return;
      const state = ask.querySelector("[data-state]");
      const tell = (text, isBad) => {
        state.textContent = text;
        state.classList.toggle("market-bad", isBad);
      };
      tell(words.saving, false);
      try {
        const answer = await fetch(form.action, {
          method: "POST", body: body(ask), headers: { "X-Requested-With": "fetch" },
        });
        if (answer.redirected) {
          unsaved.add(ask);
          return tell(words.expired, true);
        }
        const text = await answer.text();
        if (answer.ok) {
          running.innerHTML = text;
          return tell(words.saved, false);
        }
        if (answer.status < 500) return tell(answer.headers.get("Content-Type").startsWith("text/plain") ? text : words.expired, true);
      } catch { /* no network: below */ }
      unsaved.add(ask);
      tell(words.failed, true);
      setTimeout(() => { queue = queue.then(() => send(ask)); }, RETRY);
    };

    form.addEventListener("change", (event) => {
      const ask = event.target.closest("[data-ask]");
      if (ask) save(ask);
    });
    form.addEventListener("submit", () => unsaved.clear());
    window.addEventListener("beforeunload", (event) => {
      if (unsaved.size) event.preventDefault();
    });
  };

  document.querySelectorAll("[data-desk]").forEach(start);
})();
