// Opens a mention beside its list without leaving the page, where there is room for both; keeps the address, the row
// and the focus in step. Without this file every link is an ordinary one.
const wide = matchMedia("(min-width: 62.5rem)");
const pane = document.getElementById("pane");
let onWay = "";

function setCurrent(id) {
  for (const row of document.querySelectorAll(".row")) {
    const current = row.dataset.id === id;
    row.classList.toggle("current", current);
    const link = row.querySelector("[data-open]");
    if (current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    if (current) row.scrollIntoView({ block: "nearest" });
  }
}

function openMention(address, { push = true } = {}) {
  onWay = address;
  return htmx.ajax("GET", address, { target: "#pane", swap: "innerHTML" }).then(() => {
    if (push && onWay === address) history.pushState({ mention: true }, "", address);
  });
}

if (pane) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-open]");
    if (!link || !wide.matches || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const row = link.closest(".row");
    if (row) setCurrent(row.dataset.id);
    openMention(link.getAttribute("href"));
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-list]");
    if (!link || !wide.matches || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const address = link.getAttribute("href");
    htmx.ajax("GET", address, { target: "#list", swap: "innerHTML" }).then(() => {
      history.pushState({}, "", address);
      const list = document.getElementById("list");
      list.scrollTop = 0;
      list.querySelector("[data-open]")?.focus({ preventScroll: true });
    });
  });

  addEventListener("popstate", () => location.reload());

  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "pane") return;
    const opened = document.getElementById("opened");
    document.querySelector(".desk").classList.toggle("opened", Boolean(opened));
    if (!opened) return;
    setCurrent(opened.dataset.id);
    pane.scrollTop = 0;
    if (!wide.matches) scrollTo(0, 0);
    // What was pressed is gone with the old pane: the focus goes to the row, and on a phone to the words.
    if (!document.activeElement || document.activeElement === document.body) {
      const row = document.querySelector(`#row-${opened.dataset.id} [data-open]`);
      (wide.matches && row ? row : pane).focus({ preventScroll: true });
    }
  });

  document.body.addEventListener("htmx:responseError", (event) => say(event.detail.xhr.status));
  document.body.addEventListener("htmx:sendError", () => say(0));
}

function say(status) {
  const bar = document.getElementById("bar");
  const line = document.createElement("div");
  line.textContent = document.body.dataset[status === 0 ? "unreachable" : "failed"];
  bar.replaceChildren(line);
}
