// The progress dialog: one EventSource for each task, six steps, resumed by the browser when the line drops.
import { openDialog } from "./dialogs.js";

const FINAL = new Set(["done", "failed"]);
const KINDS = ["upload", "container", "carousel", "polling", "publish", "done", "failed", "waiting"];
const SPOKEN = [25, 50, 75, 100];
const seconds = new Intl.NumberFormat(document.documentElement.lang, {
  style: "unit", unit: "second", unitDisplay: "narrow", minimumFractionDigits: 1, maximumFractionDigits: 1,
});
const dialog = document.getElementById("publishing");
const part = (name) => dialog.querySelector(`[data-${name}]`);
let stream = null;

function icon(name) {
  return dialog.querySelector("[data-icons]").content.querySelector(`[data-icon="${name}"] svg`).cloneNode(true);
}

function setState(tone) {
  const word = document.createElement("span");
  word.textContent = dialog.dataset[`words${tone[0].toUpperCase()}${tone.slice(1)}`];
  const symbol = icon({ running: "loader", done: "ok", failed: "fail", waiting: "clock", held: "pause", again: "loader" }[tone]);
  symbol.classList.toggle("spin", tone === "running" || tone === "again");
  part("state").dataset.s = tone === "again" || tone === "held" ? "attention" : tone;
  part("state").replaceChildren(symbol, word);
  part("title").dataset.now = tone;
  part("title").textContent = part("title").dataset[tone] ?? part("title").dataset.running;
}

function setStep(step, tone, message) {
  step.dataset.s = tone;
  const dot = step.querySelector("[data-dot]");
  dot.replaceChildren(icon({ done: "check", running: "loader", failed: "x" }[tone]));
  dot.firstElementChild.classList.toggle("spin", tone === "running");
  if (message) step.querySelector("[data-message]").textContent = message;
}

function setBar(percent) {
  const last = Number(part("bar").getAttribute("aria-valuenow"));
  part("bar").style.setProperty("--v", percent);
  part("bar").setAttribute("aria-valuenow", percent);
  part("percent").textContent = `${percent}%`;
  if (SPOKEN.some((mark) => last < mark && percent >= mark)) part("said").textContent = `${percent}%`;
}

function took(step, at) {
  const begun = step.dataset.began;
  if (begun) step.querySelector("[data-took]").textContent = seconds.format((new Date(at) - new Date(begun)) / 1000);
}

function reach(name, data) {
  const steps = [...part("steps").children].filter((step) => !step.hidden);
  const here = steps.findIndex((step) => step.dataset.step === name);
  steps.forEach((step, index) => {
    if (index < here && step.dataset.s !== "done") { setStep(step, "done"); took(step, data.at); }
  });
  const step = steps[here];
  if (!step) return;
  step.dataset.began ||= data.at;
  setStep(step, name === "done" ? "done" : "running", data.message);
}

function hear(event) {
  const data = JSON.parse(event.data);
  part("trouble").hidden = true;
  part("hint").hidden = false;
  if (Number.isFinite(data.progress)) setBar(data.progress);
  if (event.type === "failed") fail(data);
  else if (event.type === "waiting" && data.what_to_do) hold(data);
  else if (event.type === "waiting") { setState("waiting"); part("hint").textContent = data.message; }
  else {
    setState(event.type === "done" ? "done" : "running");
    reach(event.type, data);
    if (event.type === "done") finish(data);
  }
  if (FINAL.has(event.type)) stream.close();
}

function finish(data) {
  setBar(100);
  part("hint").hidden = true;
  part("stop").hidden = true;
  if (data.permalink) Object.assign(part("link"), { href: data.permalink, hidden: false });
}

function explain(data) {
  const running = part("steps").querySelector('[data-s="running"]');
  if (running) setStep(running, "failed");
  part("what").textContent = data.message;
  part("todo").textContent = data.what_to_do ?? "";
  part("trouble").hidden = false;
  part("hint").hidden = true;
}

function fail(data) {
  setState("failed");
  explain(data);
  part("stop").hidden = true;
}

function hold(data) {
  setState("held");
  explain(data);
}

function reset({ account, hasCarousel, more, postId }) {
  setState("running");
  setBar(0);
  [...part("steps").children].forEach((step, index) => {
    step.hidden = step.dataset.step === "carousel" && !hasCarousel;
    delete step.dataset.s;
    delete step.dataset.began;
    step.querySelector("[data-dot]").textContent = index + 1;
    step.querySelector("[data-message]").textContent = "";
    step.querySelector("[data-took]").textContent = "";
  });
  part("about").textContent = `${account.dataset.persona} · @${account.dataset.handle}${more ? ` +${more}` : ""}`;
  const word = part("link-word");
  word.textContent = word.dataset[account.dataset.platform] ?? word.dataset.other;
  part("trouble").hidden = true;
  part("link").hidden = true;
  part("hint").hidden = false;
  part("hint").textContent = part("hint").dataset.hint;
  part("stop").hidden = false;
  Object.assign(part("see"), { href: `/posts/${postId}`, hidden: false });
}

export function watch(tasks) {
  const [first] = tasks;
  reset({ ...first, more: tasks.length - 1 });
  openDialog(dialog);
  stream?.close();
  stream = new EventSource(`/api/workflow/publish-progress/${first.id}`);
  for (const kind of KINDS) stream.addEventListener(kind, hear);
  stream.addEventListener("error", () => { if (stream.readyState === EventSource.CONNECTING) setState("again"); });
  stream.addEventListener("open", () => { if (part("title").dataset.now === "again") setState("running"); });
  part("stop").onclick = async () => {
    const answer = await fetch(`/api/workflow/scheduled-jobs/${first.postId}`, { method: "DELETE" });
    const body = await answer.json();
    part("hint").textContent = answer.ok ? dialog.dataset.wordsStopped : `${body.title} ${body.detail ?? ""}`;
    if (answer.ok) { stream.close(); part("stop").hidden = true; }
  };
}

dialog?.addEventListener("close", () => stream?.close());
addEventListener("pagehide", () => stream?.close());
