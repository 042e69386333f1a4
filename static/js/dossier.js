/* Self-assessment: keeps each change as it is made. Without this the form's own button saves everything. */
(() => {
  "use strict";
  const form = document.querySelector("[data-dossier]");
  if (!form) return;
  const words = form.dataset, key = `dossier:${words.dossier}`, LARGEST = 20 * 2 ** 20;
  const rows = [...form.querySelectorAll("[data-criterion]")];
  const status = form.querySelector("[data-status]");
  const digits = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });
  const fill = (text, ...values) => values.reduce((done, value) => done.replace("%s", value), text);
  form.querySelector("[data-plain-save]").hidden = true;
  // The admin's own listener would look for a text field that stands beside its file fields only.
  for (const input of form.querySelectorAll("input[type=file]")) input.hasChangeListener = true;

  // What is not saved yet, criterion → {option, note}; kept here, so it outlives a lost line or session.
  const read = () => { try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; } };
  const keep = () => {
    try {
      if (Object.keys(unsaved).length) localStorage.setItem(key, JSON.stringify(unsaved));
      else localStorage.removeItem(key);
    } catch { /* no storage: what is typed still stands in the form */ }
  };
  const unsaved = read();
  const chosen = (row) => row.querySelector("input[type=radio]:checked");
  const note = (row) => row.querySelector("textarea");

  const say = (text, { bad = false, link = false } = {}) => {
    status.textContent = text;
    status.classList.toggle("is-bad", bad);
    if (!link) return;
    const a = document.createElement("a");
    a.href = words.signIn;
    a.textContent = words.signInText;
    status.append(" ", a);
  };

  const total = () => {
    const sums = { "": 0 };
    let answered = 0;
    for (const row of rows) {
      const option = chosen(row);
      sums[row.dataset.part] ??= 0;
      if (!option) continue;
      answered += 1;
      sums[row.dataset.part] += Number(option.dataset.points);
      sums[""] += Number(option.dataset.points);
    }
    for (const place of form.querySelectorAll("[data-sum]")) place.textContent = digits.format(sums[place.dataset.sum]);
    const count = form.querySelector("[data-answered]");
    count.textContent = fill(count.dataset.answered, answered, rows.length);
    const short = Number(words.needed) - sums[""];
    form.querySelector("[data-aim]").textContent = short > 0 ? fill(words.short, digits.format(short)) : words.enough;
  };

  class Refusal extends Error {}
  class SignedOut extends Error {}

  // The cookie's token, not the page's: it is new after somebody signs in again in another tab.
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1]
    || form.querySelector("[name=csrfmiddlewaretoken]").value;

  const post = async (fields) => {
    const body = new FormData();
    for (const [name, value] of fields) body.append(name, value);
    const headers = { Accept: "application/json", "X-CSRFToken": token() };
    const answer = await fetch(form.action, { method: "POST", body, headers });
    const isOurs = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    if (answer.redirected || (!isOurs && answer.status === 403)) throw new SignedOut();
    if (!isOurs) throw new Error(answer.status);
    const data = await answer.json();
    if (!answer.ok) throw new Refusal(data.message);
    for (const [place, html] of Object.entries(data.papers)) {
      form.querySelector(`[data-papers="${place}"] .dossier-papers`).innerHTML = html;
    }
    return data;
  };

  // One request at a time, in the order of the changes.
  let line = Promise.resolve(), timer = 0, again = 0;
  const queue = (job) => (line = line.then(job, job));

  const send = async () => {
    clearTimeout(timer);
    const now = Object.entries(unsaved);
    if (!now.length) return true;
    say(words.saving);
    try {
      const fields = now.flatMap(([pk, said]) => [[`note-${pk}`, said.note], ...(said.option ? [[`answer-${pk}`, said.option]] : [])]);
      const data = await post(fields);
      for (const [pk, said] of now) if (unsaved[pk] === said) delete unsaved[pk];
      keep();
      say(fill(words.saved, data.saved_at));
      return true;
    } catch (error) {
      if (error instanceof Refusal) say(error.message, { bad: true });
      else if (error instanceof SignedOut) say(words.signedOut, { bad: true, link: true });
      else {
        say(words.retry, { bad: true });
        clearTimeout(again);
        again = setTimeout(() => queue(send), 5000);
      }
      return false;
    }
  };

  const change = (row, pause) => {
    unsaved[row.dataset.criterion] = { option: chosen(row)?.value || "", note: note(row).value };
    keep();
    total();
    clearTimeout(timer);
    timer = setTimeout(() => queue(send), pause);
  };

  const upload = async (input) => {
    const box = input.closest("[data-papers]"), label = input.closest("label").querySelector("[data-idle]");
    const error = box.querySelector(".dossier-file-error");
    const files = [...input.files], large = files.filter((file) => file.size > LARGEST);
    const refusals = large.map((file) => fill(words.tooLarge, file.name));
    label.textContent = label.dataset.busy;
    try {
      // One by one: a line that drops loses one paper at most.
      for (const file of files) if (!large.includes(file)) {
        const data = await post([[input.name, file]]);
        refusals.push(...data.refusals);
        say(fill(words.saved, data.saved_at));
      }
      input.value = "";
    } catch (failure) {
      if (failure instanceof SignedOut) say(words.signedOut, { bad: true, link: true });
      refusals.push(failure instanceof Refusal ? failure.message : words.uploadFailed);
      input.value = "";
    }
    label.textContent = label.dataset.idle;
    error.textContent = refusals.join(" ");
    error.hidden = !refusals.length;
    return !refusals.length;
  };

  form.addEventListener("change", (event) => {
    if (event.target.type === "file") queue(() => upload(event.target));
    else if (event.target.closest("[data-criterion]")) change(event.target.closest("[data-criterion]"), 0);
  });
  form.addEventListener("input", (event) => {
    if (event.target.matches("textarea")) change(event.target.closest("[data-criterion]"), 800);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    queue(async () => {
      if (button?.name === "remove") {
        try { await post([["remove", button.value]]); } catch (error) { say(error instanceof Refusal ? error.message : words.failed, { bad: true }); }
      } else if (await send() && button?.name === "go") location.href = words.check;
    });
  });
  window.addEventListener("online", () => queue(send));

  const lost = rows.filter((row) => unsaved[row.dataset.criterion]);
  for (const row of lost) {
    const said = unsaved[row.dataset.criterion];
    const option = [...row.querySelectorAll("input[type=radio]")].find((radio) => radio.value === said.option);
    if (option) option.checked = true;
    note(row).value = said.note;
    if (said.note) row.querySelector("details").open = true;
  }
  total();
  if (lost.length) queue(send).then((saved) => saved && say(fill(words.restored, lost.length)));
})();
