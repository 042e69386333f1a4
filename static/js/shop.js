/* Small comforts. Everything here also works without it, as plain links and forms. */
(() => {
  "use strict";

  // On a narrow screen the menu slides; bring the present entry into view.
  document.querySelector(".site-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  // Quantity steppers: − and + around a number field; "data-submit" sends the form after a pause.
  document.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]");
    if (!step) return;
    event.preventDefault();
    const input = step.closest(".stepper").querySelector("input");
    const least = Number(input.min || 1), most = Number(input.max || 999);
    input.value = Math.min(most, Math.max(least, (Number(input.value) || least) + Number(step.dataset.step)));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // Gallery: a thumbnail shows its picture in the frame instead of opening the file.
  document.addEventListener("click", (event) => {
    const thumb = event.target.closest("[data-picture]");
    if (!thumb) return;
    const frame = document.getElementById("khung-anh");
    if (!frame) return;
    event.preventDefault();
    frame.srcset = thumb.dataset.srcset || "";
    frame.src = thumb.href;
    frame.alt = thumb.dataset.alt || "";
    document.querySelectorAll("[data-picture]").forEach((other) =>
      other === thumb ? other.setAttribute("aria-current", "true") : other.removeAttribute("aria-current"));
  });

  // Copy a code to the clipboard and say so.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
  });

  // A submit button can be pressed once; the server guards against the rest.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-once]")) return;
    const button = event.target.querySelector("button[type=submit], button:not([type])");
    if (button) setTimeout(() => { button.disabled = true; });
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("[data-once] button[disabled]").forEach((b) => { b.disabled = false; });
  });

  // A swipe over the picture shows the next or the one before.
  const gallery = document.querySelector("[data-gallery]");
  if (gallery) {
    let from = 0;
    gallery.addEventListener("touchstart", (event) => { from = event.changedTouches[0].clientX; }, { passive: true });
    gallery.addEventListener("touchend", (event) => {
      const way = from - event.changedTouches[0].clientX;
      const thumbs = [...gallery.querySelectorAll("[data-picture]")];
      if (Math.abs(way) < 40 || !event.target.closest(".gallery__frame")) return;
      const at = thumbs.findIndex((thumb) => thumb.hasAttribute("aria-current"));
      thumbs[at + Math.sign(way)]?.click();
    });
  }

  // Another pack: its price, unit price and what is left.
  document.addEventListener("change", (event) => {
    const { price, pack, unit, left } = event.target.dataset;
    if (!price) return;
    const write = (name, text) => { const spot = document.querySelector(`[data-${name}-shown]`); if (spot) spot.textContent = text; };
    write("price", price);
    write("pack", pack);
    write("unit", unit);
    write("left", left);
    const amount = event.target.form.elements.quantity;
    amount.max = left;
    amount.value = Math.min(amount.value, left);
  });

  // Forms: apply a choice at once; leave empty fields out of the address.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
  });
  document.addEventListener("formdata", (event) => {
    if (!event.target.matches("[data-tidy]")) return;
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });

  // The filter drawer: always open on wide screens, closed by its button or Escape on phones.
  const wide = window.matchMedia("(min-width: 60rem)");
  const drawer = document.querySelector("details.filters");
  if (drawer) {
    const fit = () => { drawer.open = wide.matches; };
    fit();
    wide.addEventListener("change", fit);
    const close = () => {
      drawer.open = false;
      document.getElementById("tieu-de")?.focus();
    };
    drawer.addEventListener("click", (event) => {
      if (!event.target.closest("[data-close]") || wide.matches || !window.htmx) return;
      event.preventDefault(); // every choice has been applied already
      close();
    });
    drawer.addEventListener("keydown", (event) => { if (event.key === "Escape" && !wide.matches) close(); });
  }

  // After another page of results the keyboard goes on from their heading.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "ket-qua" && document.activeElement === document.body) document.getElementById("tieu-de")?.focus({ preventScroll: true });
  });

  // Search box: products by name while typing. Enter without a choice searches as ever.
  document.querySelectorAll("[data-suggest]").forEach((input) => {
    const list = document.createElement("ul");
    let timer, turn = 0, at = -1;
    list.className = "suggest";
    list.id = `${input.id}-goi-y`;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.placeholder);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.form.append(list);
    const show = (open) => { list.hidden = !open; at = -1; input.setAttribute("aria-expanded", open); input.removeAttribute("aria-activedescendant"); };
    show(false);
    const row = ({ name, url, place }, i) => {
      const item = document.createElement("li"), hint = document.createElement("small");
      item.id = `${list.id}-${i}`;
      item.dataset.url = url;
      item.setAttribute("role", "option");
      hint.textContent = place;
      item.append(name, hint);
      return item;
    };
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const mine = ++turn, q = input.value.trim();
        if (q.length < 2) return show(false);
        const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(q)}`).catch(() => null);
        const results = answer?.ok ? (await answer.json()).results : [];
        if (mine !== turn) return;
        list.replaceChildren(...results.map(row));
        show(results.length > 0);
      }, 180);
    });
    input.addEventListener("keydown", (event) => {
      const items = [...list.children];
      if (list.hidden || !["ArrowDown", "ArrowUp", "Enter", "Escape"].includes(event.key)) return;
      if (event.key === "Enter" && at < 0) return;
      event.preventDefault();
      if (event.key === "Escape") return show(false);
      if (event.key === "Enter") { location.href = items[at].dataset.url; return; }
      at = (at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1) + items.length) % items.length;
      items.forEach((item, i) => item.setAttribute("aria-selected", i === at));
      input.setAttribute("aria-activedescendant", items[at].id);
    });
    input.addEventListener("blur", () => { turn++; show(false); });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => { const item = event.target.closest("li"); if (item) location.href = item.dataset.url; });
  });
})();
