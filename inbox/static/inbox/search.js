// The search box as a combobox: what may be meant is offered below it while somebody types.
// Without this script the box is a plain field; the words of the page are the server's.
const ADDRESS = "/search/suggest";
const PAUSE = 120; // milliseconds after a key, so that fast typing asks once
let timer = 0;
let asked = 0; // the last question; an answer to an older one is dropped

function getBox(target) {
  return target instanceof HTMLInputElement && target.id === "q" && target.type === "search" ? target : null;
}

function getList(box) {
  let list = document.getElementById("q-suggestions");
  if (list === null) {
    list = document.createElement("ul");
    list.id = "q-suggestions";
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.labels?.[0]?.textContent ?? box.placeholder);
    list.hidden = true;
    box.insertAdjacentElement("afterend", list);
  }
  return list;
}

function prepare(box) {
  getList(box);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-haspopup", "listbox");
  box.setAttribute("aria-controls", "q-suggestions");
  if (!box.hasAttribute("aria-expanded")) box.setAttribute("aria-expanded", "false");
}

function close(box) {
  const list = getList(box);
  window.clearTimeout(timer);
  asked += 1;
  list.hidden = true;
  list.replaceChildren();
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

// Cursors here count UTF-16 units; the server counts characters.
const count = (text) => Array.from(text).length;
const measure = (text, characters) => Array.from(text).slice(0, characters).join("").length;

async function ask(box) {
  const mine = (asked += 1);
  const typed = box.value;
  const at = count(typed.slice(0, box.selectionStart ?? typed.length));
  const wanted = new URLSearchParams({ q: typed, at: String(at) });
  let reply;
  try {
    reply = await fetch(`${ADDRESS}?${wanted}`, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  } catch {
    return; // no network: the box stays a plain field
  }
  if (!reply.ok || mine !== asked) return;
  const part = new DOMParser().parseFromString(await reply.text(), "text/html");
  if (mine !== asked || box !== document.activeElement) return;
  const list = getList(box);
  list.replaceChildren(...part.querySelectorAll("li"));
  list.hidden = list.children.length === 0;
  box.setAttribute("aria-expanded", String(!list.hidden));
  box.removeAttribute("aria-activedescendant");
}

function choose(box, step) {
  const options = [...getList(box).children];
  const now = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const next = now === -1 ? (step > 0 ? 0 : options.length - 1) : (now + step + options.length) % options.length;
  options.forEach((one, place) => one.setAttribute("aria-selected", String(place === next)));
  box.setAttribute("aria-activedescendant", options[next].id);
  options[next].scrollIntoView({ block: "nearest" });
}

function take(box, option) {
  box.value = option.dataset.text;
  const at = measure(box.value, Number(option.dataset.position));
  close(box);
  box.focus();
  box.setSelectionRange(at, at);
  if (box.value.slice(0, at).endsWith(":")) ask(box); // a field was taken: its values come next
}

document.addEventListener("focusin", (event) => {
  const box = getBox(event.target);
  if (box) prepare(box);
});
document.addEventListener("focusout", (event) => {
  const box = getBox(event.target);
  if (box) close(box);
});
document.addEventListener("input", (event) => {
  const box = getBox(event.target);
  if (!box) return;
  window.clearTimeout(timer);
  timer = window.setTimeout(() => ask(box), PAUSE);
});
document.addEventListener(
  "keydown",
  (event) => {
    const box = getBox(event.target);
    if (!box || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const open = box.getAttribute("aria-expanded") === "true";
    if (event.key === "ArrowDown" && !open) {
      ask(box);
    } else if (event.key === "ArrowDown" && open) {
      choose(box, 1);
    } else if (event.key === "ArrowUp" && open) {
      choose(box, -1);
    } else if (event.key === "Escape" && open) {
      close(box);
    } else if (event.key === "Enter" && open && box.hasAttribute("aria-activedescendant")) {
      take(box, document.getElementById(box.getAttribute("aria-activedescendant")));
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);
// Before the box loses the focus.
document.addEventListener("pointerdown", (event) => {
  const option = event.target instanceof Element ? event.target.closest("#q-suggestions [role=option]") : null;
  const box = document.getElementById("q");
  if (!option || !box) return;
  event.preventDefault();
  take(box, option);
});
