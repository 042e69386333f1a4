/* Small comforts. Everything here also works without it, as plain links and forms. */
(() => {
  "use strict";

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

  // Filters without htmx's help: a changed sort order is applied at once.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
  });
})();
