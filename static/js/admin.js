// On phones a list's column names stand before each value: begin them with a capital.
document.addEventListener("DOMContentLoaded", () => {
  for (const cell of document.querySelectorAll("[data-label]")) {
    const name = cell.dataset.label;
    cell.dataset.label = name.charAt(0).toUpperCase() + name.slice(1);
  }
});

// Work in the background: ask again for the part that shows it, until nothing is going on there.
const follow = async () => {
  const part = document.querySelector("[data-follow]:has([data-going])");
  if (!part) return;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = answer.ok && page.getElementById(part.id);
    if (fresh) part.replaceWith(fresh);
  } catch {
    // Offline: the next turn asks again.
  }
  setTimeout(follow, 4000);
};
document.addEventListener("DOMContentLoaded", () => setTimeout(follow, 4000));
