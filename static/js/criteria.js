// While points are typed, the sum of the part follows. Without this the page shows it after saving.
const number = (text) => {
  const value = Number(String(text).trim().replace(",", "."));
  return String(text).trim() === "" || Number.isNaN(value) ? null : value;
};
const told = (value) => String(Math.round(value * 100) / 100).replace(".", ",");

function most(item) {
  const typed = [...item.querySelectorAll('input[name="points"]')].map((input) => number(input.value));
  return Math.max(0, ...typed.filter((value) => value !== null));
}

function show(part) {
  const wanted = number(part.dataset.wanted);
  const found = [...part.querySelectorAll(".criteria-item")].reduce((sum, item) => sum + most(item), 0);
  const gap = Math.round((wanted - found) * 100) / 100;
  const words = gap === 0 ? part.dataset.right
    : (gap > 0 ? part.dataset.less : part.dataset.more).replace("{gap}", told(Math.abs(gap)));
  for (const sum of document.querySelectorAll(`[data-part="${part.dataset.part}"] .criteria-sum`)) {
    sum.classList.toggle("criteria-sum--right", gap === 0);
    sum.classList.toggle("criteria-sum--wrong", gap !== 0);
    sum.querySelector("[data-found]").textContent = told(found);
    sum.querySelector("[data-words]").textContent = words;
  }
}

document.addEventListener("input", (event) => {
  if (event.target.name === "points") show(event.target.closest(".criteria-part"));
});
