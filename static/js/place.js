// The address field as an accessible combobox. Without this file: a text box and two lists.
(() => {
  const get = async (url) => {
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" } });
      return answer.ok ? await answer.text() : "";
    } catch { return ""; }
  };

  const set = (root) => {
    const part = (name) => root.querySelector(`[data-place-${name}]`);
    const text = part("text"), list = part("list"), status = part("status");
    const province = part("province"), commune = part("commune");
    const attr = (name, value) => text.setAttribute(name, value);
    let at = -1, turn = 0, timer;

    attr("role", "combobox");
    attr("aria-autocomplete", "list");
    attr("aria-expanded", "false");
    attr("aria-controls", list.id);
    part("next").hidden = true;

    const close = () => {
      list.hidden = true;
      at = -1;
      attr("aria-expanded", "false");
      text.removeAttribute("aria-activedescendant");
    };
    const tell = (code, home) => root.dispatchEvent(
      new CustomEvent("place:chosen", { bubbles: true, detail: { code, province: home } }));
    const forget = () => {
      if (commune) commune.value = "";
      root.querySelectorAll("[type=radio]").forEach((radio) => { radio.checked = false; });
    };
    const move = (to) => {
      const items = [...list.children];
      at = (to + items.length) % items.length;
      items.forEach((item, i) => item.setAttribute("aria-selected", i === at));
      items[at].scrollIntoView({ block: "nearest" });
      attr("aria-activedescendant", items[at].id);
    };
    const choose = ({ dataset: { code, label, province: home } }) => {
      forget();
      text.value = label;
      province.value = home;
      if (commune) {
        if (![...commune.options].some((item) => item.value === code)) commune.add(new Option(label, code));
        commune.value = code;
      }
      close();
      tell(code, home);
    };
    const ask = async () => {
      const q = text.value.trim(), mine = ++turn;
      if (q.length < 2) return close();
      const html = await get(`${root.dataset.suggestUrl}?q=${encodeURIComponent(q)}`);
      if (mine !== turn) return;
      close();
      list.innerHTML = html;
      const some = list.children.length;
      [...list.children].forEach((item, i) => { item.id = `${list.id}-${i}`; });
      list.hidden = !some;
      attr("aria-expanded", some > 0);
      status.textContent = some ? `${some} ${status.dataset.some}` : status.dataset.none;
    };

    text.addEventListener("input", () => {
      forget();
      clearTimeout(timer);
      timer = setTimeout(ask, 150);
    });
    text.addEventListener("keydown", (event) => {
      const { key } = event;
      if (list.hidden) return key === "ArrowDown" ? ask() : undefined;
      if (key === "ArrowDown") move(at + 1);
      else if (key === "ArrowUp") move(at < 0 ? -1 : at - 1);
      else if (key === "Enter" && at >= 0) choose(list.children[at]);
      else if (key === "Escape") close();
      else return;
      event.preventDefault();
    });
    text.addEventListener("blur", () => { clearTimeout(timer); turn++; close(); });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) choose(item);
    });
    province.addEventListener("change", async () => {
      text.value = "";
      if (commune) commune.innerHTML = await get(`${root.dataset.communesUrl}?tinh=${province.value}`);
    });
    commune?.addEventListener("change", () => {
      const name = (select) => select.selectedOptions[0].text;
      text.value = commune.value ? `${name(commune)}, ${name(province)}` : "";
      tell(commune.value, province.value);
    });
  };

  document.querySelectorAll("[data-place]").forEach(set);
})();
