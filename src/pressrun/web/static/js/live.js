// One stream of events for the page: each event marks regions as stale, and a stale region is fetched anew,
// at most twice a second, never while it holds the focus or an open question.
const REPAINT = 500;
const SAY_LOST = 30000;
const stale = new Set();
const painted = new WeakMap();
let counting = false;
let timer = 0;

export const isBusy = (region) =>
  region.contains(document.activeElement) || region.querySelector("details.confirm[open]") !== null;

function mark(topic) {
  let known = false;
  for (const region of document.querySelectorAll("[data-live]")) {
    if (region.dataset.live.split(" ").some((part) => topic === part || (part.endsWith(":") && topic.startsWith(part)))) {
      stale.add(region.id);
      known ||= region.dataset.live.split(" ").includes(topic);
    }
  }
  return known;
}

async function repaint(region) {
  painted.set(region, Date.now());
  const answer = await fetch(region.dataset.src, { headers: { "HX-Request": "true" } });
  if (answer.status === 404) { region.remove(); return; }
  if (!answer.ok || answer.redirected) return;
  const holder = document.createElement("template");
  holder.innerHTML = (await answer.text()).trim();
  if (!region.isConnected) return;
  if (isBusy(region)) { stale.add(region.id); plan(); return; }
  const fresh = holder.content.firstElementChild;
  if (!fresh) return;
  keepReading(region, fresh);
  if (region.querySelector(".cursor")) fresh.querySelector("[data-row]")?.classList.add("cursor");
  region.replaceWith(fresh);
  painted.set(fresh, Date.now());
  window.htmx?.process(fresh);
  for (const log of fresh.querySelectorAll(".log")) log.scrollTop = log.dataset.top ?? log.scrollHeight;
}

function keepReading(old, fresh) {
  const log = old.querySelector(".log");
  const isAtEnd = !log || log.scrollHeight - log.scrollTop - log.clientHeight < 24;
  if (!isAtEnd) fresh.querySelector(".log").dataset.top = log.scrollTop;
  const closed = [...old.querySelectorAll("details.artefact")].map((each) => each.open);
  fresh.querySelectorAll("details.artefact").forEach((each, index) => { each.open = closed[index] ?? true; });
}

async function flush() {
  timer = 0;
  for (const id of [...stale]) {
    const region = document.getElementById(id);
    if (!region) { stale.delete(id); continue; }
    const due = (painted.get(region) ?? 0) + Number(region.dataset.every ?? REPAINT);
    if (isBusy(region) || Date.now() < due) continue;
    stale.delete(id);
    repaint(region).catch(() => stale.add(id));
  }
  if (counting) { counting = false; recount().catch(() => {}); }
  if (stale.size) plan();
}

function plan() { timer ||= setTimeout(flush, REPAINT); }

async function recount() {
  const answer = await fetch("/counts");
  if (!answer.ok) return;
  for (const [name, number] of Object.entries(await answer.json())) {
    for (const badge of document.querySelectorAll(`[data-count="${name}"]`)) {
      badge.hidden = !number;
      badge.querySelector("[data-number]").textContent = number;
    }
  }
}

function hear(event) {
  const { topic } = JSON.parse(event.data);
  const known = mark(topic);
  if (event.type === "post.created" && !known) document.querySelector("[data-fresh]")?.removeAttribute("hidden");
  counting = true;
  plan();
}

export function startLive({ liveFrom, liveKinds, liveTopic }) {
  const address = new URL("/api/events", location.href);
  if (liveTopic) address.searchParams.set("topic", liveTopic);
  address.searchParams.set("after", liveFrom);
  const stream = new EventSource(address);
  const lost = document.getElementById("lost");
  let saying = 0;
  const show = (isOn) => {
    for (const state of document.querySelectorAll("[data-live-state]")) {
      state.classList.toggle("off", !isOn);
      const word = isOn ? state.dataset.on : state.dataset.off;
      if (state.textContent !== word) state.textContent = word;
    }
  };
  stream.addEventListener("open", () => {
    clearTimeout(saying);
    saying = 0;
    lost.hidden = true;
    show(true);
  });
  stream.addEventListener("error", () => {
    const since = new Date();
    saying ||= setTimeout(() => {
      show(false);
      lost.querySelector("[data-lost-since]").textContent = since.toTimeString().slice(0, 5);
      lost.hidden = false;
    }, SAY_LOST);
    setTimeout(() => { if (stream.readyState !== EventSource.OPEN) show(false); }, 3000);
  });
  for (const kind of liveKinds.split(" ")) stream.addEventListener(kind, hear);
  addEventListener("pagehide", () => stream.close());
  for (const log of document.querySelectorAll(".log")) log.scrollTop = log.scrollHeight;
}
