// One key for each button that names it (data-key). A key never fires while somebody types, nor together with Ctrl,
// Alt or Meta, nor where the focus is on something that has a use for it; all of them can be switched off.
const OFF = "kentongan-keys-off";
let going = 0;

function isTyping(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox";
}

function find(key) {
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  return found.find((element) => element.getClientRects().length);
}

function step(side) {
  const rows = [...document.querySelectorAll(".row")];
  const at = rows.findIndex((row) => row.classList.contains("current"));
  const next = at < 0 ? (side > 0 ? 0 : -1) : at + side;
  const row = rows[next];
  if (row) {
    const link = row.querySelector("[data-open]");
    link.focus({ preventScroll: true });
    link.click();
  } else {
    document.querySelector(`[data-beside="${side > 0 ? "older" : "newer"}"]`)?.click();
  }
}

function press(element) {
  if (element.matches("input, textarea")) {
    element.focus();
    element.select?.();
  } else if (element.tagName === "SUMMARY") {
    element.click();
    element.parentElement.querySelector("input:not([type=hidden])")?.focus();
  } else {
    element.click();
  }
}

const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.key === "Escape" && isTyping(event.target)) {
    event.target.blur();
    return;
  }
  if (isTyping(event.target) || event.target.closest("dialog") || localStorage.getItem(OFF)) return;
  const arrow = event.key.startsWith("Arrow");
  // An arrow moves through the list from the list or from nowhere; inside a text it scrolls, as ever.
  if (arrow && event.target.closest("details, .pane, .menu, select")) return;
  if (event.key in STEPS && document.getElementById("rows") !== null) {
    event.preventDefault();
    step(STEPS[event.key]);
    return;
  }
  if (going && event.timeStamp - going < 1500) {
    going = 0;
    document.querySelector(`[data-go="${CSS.escape(event.key)}"]`)?.click();
    return;
  }
  if (event.key === "g") {
    going = event.timeStamp;
    return;
  }
  const element = event.key.length === 1 || event.key === "Escape" ? find(event.key) : null;
  if (event.key === "Escape" && !element) {
    document.querySelector(".row.current [data-open]")?.focus();
    return;
  }
  if (element && !event.repeat) {
    event.preventDefault();
    press(element);
  }
});

const dialog = document.getElementById("keys");
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-keys]");
  if (!link || !dialog || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  await htmx.ajax("GET", link.href, { target: "#keys", swap: "innerHTML" });
  dialog.showModal();
  offerSwitch();
});
dialog?.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
});

function offerSwitch() {
  const label = document.querySelector("[data-keys-switch]");
  if (!label) return;
  const box = label.querySelector("input");
  label.hidden = false;
  box.checked = !localStorage.getItem(OFF);
  box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
}
offerSwitch();
