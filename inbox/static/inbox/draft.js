// Keeps a note that is being written: in this tab at every stroke, on the server a moment later. It is back after a
// lost session, a closed tab or a server that was killed.
const CALM = 700;
let timer = 0;

function getToken(form) {
  return form.querySelector("[name=csrfmiddlewaretoken]").value;
}

function keyOf(form) {
  return `kentongan-draft-${form.dataset.mention}`;
}

async function keep(form) {
  const text = form.elements.text.value;
  const state = form.querySelector("#draft-state");
  const body = new URLSearchParams({ text });
  const headers = { "HX-Request": "true", "X-CSRFToken": getToken(form) };
  const reply = await fetch(form.dataset.draft, { method: "POST", headers, body, keepalive: text.length < 60_000 });
  if (!form.isConnected) return;
  if (reply.ok) {
    state.innerHTML = await reply.text();
    sessionStorage.removeItem(keyOf(form));
  } else {
    state.textContent = form.dataset.unsaved;
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (!form) return;
  sessionStorage.setItem(keyOf(form), form.elements.text.value);
  clearTimeout(timer);
  timer = setTimeout(() => keep(form).catch(() => (form.querySelector("#draft-state").textContent = form.dataset.unsaved)), CALM);
});

function restore() {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const kept = sessionStorage.getItem(keyOf(form));
  if (kept !== null && kept !== form.elements.text.value) form.elements.text.value = kept;
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form) clearTimeout(timer);
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form[data-draft]");
  if (form && event.detail.successful) sessionStorage.removeItem(keyOf(form));
});
document.body.addEventListener("htmx:afterSwap", restore);
restore();
