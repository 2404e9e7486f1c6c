// Chooses rows for an act on many: x, a click on the box, Shift and a click for all between. The boxes are the form's.
const OFF = "kentongan-keys-off";
let lastBox = null;

function isTyping(target) {
  return target.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox");
}

function showChosen() {
  const form = document.getElementById("choose");
  if (!form) return;
  const chosen = form.querySelectorAll(".row input:checked").length;
  for (const row of form.querySelectorAll(".row")) {
    row.classList.toggle("chosen", row.querySelector("input[name=mention]")?.checked === true);
  }
  const said = form.querySelector("[data-chosen]");
  if (!said) return;
  said.dataset.none ??= said.textContent;
  said.textContent = chosen ? form.dataset.words.replace("%s", chosen) : said.dataset.none;
  form.querySelector("#choosing").hidden = chosen === 0 && !form.hasAttribute("data-always");
}

document.addEventListener("click", (event) => {
  const box = event.target.closest(".row input[name=mention]");
  if (!box) return;
  if (event.shiftKey && lastBox?.isConnected) {
    const boxes = [...document.querySelectorAll(".row input[name=mention]")];
    const [from, to] = [boxes.indexOf(lastBox), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const one of boxes.slice(from, to + 1)) one.checked = box.checked;
  }
  lastBox = box;
  showChosen();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "x" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (isTyping(event.target) || localStorage.getItem(OFF) || event.target.closest("dialog")) return;
  const row = document.activeElement.closest(".row") ?? document.querySelector(".row.current");
  const box = row?.querySelector("input[name=mention]");
  if (!box) return;
  event.preventDefault();
  box.checked = !box.checked;
  lastBox = box;
  showChosen();
});

document.body.addEventListener("htmx:afterSwap", showChosen);
showChosen();
