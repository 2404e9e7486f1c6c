// Asks every few seconds whether new mentions came and who else has this one open. Nothing moves by itself.
const LIST_EVERY = 12_000;
const PRESENCE_EVERY = 3_000;
const COUNTS_AFTER = 900;

function getToken() {
  return document.querySelector("[name=csrfmiddlewaretoken]").value; // every page has the form that logs out
}

async function ask(address, options = {}) {
  const reply = await fetch(address, { headers: { "HX-Request": "true", ...options.headers }, ...options.init });
  return reply.ok ? reply.text() : null;
}

async function askForNew() {
  const band = document.getElementById("band");
  if (!band || document.hidden) return;
  const said = await ask(band.dataset.live);
  if (said !== null && band.isConnected && band.textContent.trim() !== said.replace(/<[^>]*>/g, "").trim()) band.innerHTML = said;
}

async function askWhoIsHere() {
  const place = document.getElementById("presence");
  const opened = document.getElementById("opened");
  if (!place || !opened || document.hidden) return;
  const body = new URLSearchParams({ version: opened.dataset.version });
  const reply = await fetch(place.dataset.presence, {
    method: "POST",
    headers: { "HX-Request": "true", "X-CSRFToken": getToken() },
    body,
  });
  const said = reply.ok ? (await reply.text()).trim() : null;
  if (said !== null && place.isConnected && place.dataset.said !== said) {
    place.dataset.said = said;
    place.innerHTML = said;
  }
}

function every(period, act) {
  const run = () => act().catch(() => null).finally(() => setTimeout(run, period));
  setTimeout(run, period);
}

// After an act the counts beside the views are asked anew, once the officer pauses.
async function askForCounts() {
  const views = document.getElementById("views");
  const said = views && (await ask(views.dataset.counts));
  if (said && views.isConnected) views.innerHTML = said;
}

let pause = 0;
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.requestConfig?.verb !== "post") return;
  clearTimeout(pause);
  pause = setTimeout(() => askForCounts().catch(() => null), COUNTS_AFTER);
});

every(LIST_EVERY, askForNew);
every(PRESENCE_EVERY, askWhoIsHere);
askWhoIsHere().catch(() => null);
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "pane") askWhoIsHere().catch(() => null);
});
document.addEventListener("visibilitychange", () => askForNew().catch(() => null));
