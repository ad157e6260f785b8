// The composer with scripts: files with previews, what is wrong beside each field, and the progress dialog.
import { tagsOf } from "./forms.js";
import { startMedia } from "./media.js";
import { startChecking } from "./checking.js";
import { startPreview } from "./preview.js";
import { watch } from "./progress.js";
import { loadJobs, toast } from "./jobs.js";

const FIELDS = { scheduled_publish_time: "at", image_urls: "asset_ids" };

function showErrors(form, problem) {
  const errors = problem.errors?.length ? problem.errors : [{ field: "account_id", message: `${problem.title} ${problem.detail ?? ""}` }];
  for (const { field, message } of errors) {
    const name = FIELDS[field] ?? field;
    const place = form.querySelector(`[data-error="${name}"]`) ?? form.querySelector('[data-error="account_id"]');
    place.hidden = false;
    place.querySelector("span").textContent = message;
    form.elements[name]?.setAttribute?.("aria-invalid", "true");
  }
  const first = form.querySelector('[aria-invalid="true"]') ?? form.querySelector(".err:not([hidden])");
  first?.focus?.();
  first?.scrollIntoView({ block: "center" });
}

function showSchedulingFailed(cause) {
  const notice = document.getElementById("scheduling-failed");
  notice.querySelector("[data-cause]").textContent = cause ? `${cause.store}: ${cause.said}` : "";
  notice.hidden = false;
}

function clearErrors(form) {
  for (const place of form.querySelectorAll("[data-error]")) place.hidden = true;
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  document.getElementById("scheduling-failed").hidden = true;
}

// What the form sets for this platform: fields named option-{platform}-{name} that say something.
function optionsOf(form, platform) {
  const prefix = `option-${platform}-`;
  const options = {};
  for (const field of form.querySelectorAll(`[name^="${prefix}"]`)) {
    if (field.type === "checkbox") { if (field.checked) options[field.name.slice(prefix.length)] = true; continue; }
    const value = field.value.trim();
    if (value) options[field.name.slice(prefix.length)] = field.inputMode === "numeric" && /^\d+$/.test(value) ? Number(value) : value;
  }
  return options;
}

export function bodyOf(form, account, isNow) {
  const body = { account_id: account.dataset.account, caption: form.elements.caption.value, hashtags: tagsOf(form.elements.hashtags.value) };
  const files = form.elements.asset_ids.value.split(" ").filter(Boolean);
  if (files.length) body.asset_ids = files;
  const format = form.elements.format?.value;
  if (format) body.format = format;
  const options = optionsOf(form, account.dataset.platform);
  if (Object.keys(options).length) body.options = options;
  if (!isNow) body.scheduled_publish_time = form.elements.at.value;
  return body;
}

async function sendOne(form, account, isNow) {
  const body = JSON.stringify(bodyOf(form, account, isNow));
  const answer = await fetch("/api/workflow/publish", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": `${form.dataset.key}-${account.dataset.account}` },
    body,
  });
  return { account, status: answer.status, ok: answer.ok, body: await answer.json() };
}

async function send(form, isNow) {
  clearErrors(form);
  const chosen = [...form.querySelectorAll("[data-account]:checked")];
  if (!chosen.length) {
    showErrors(form, { errors: [{ field: "account_id", message: document.querySelector("[data-pv-handle]").dataset.none }] });
    return;
  }
  const accepted = [];
  const hasCarousel = form.elements.asset_ids.value.trim().includes(" ");
  for (const account of chosen) {
    const result = await sendOne(form, account, isNow);
    if (result.ok) {
      accepted.push(result);
      account.checked = false;
    } else if (result.status === 503 && result.body.code === "scheduling_failed") {
      showSchedulingFailed(result.body.cause);
      document.querySelector("[data-now-instead]")?.focus();
    } else {
      showErrors(form, result.body);
    }
  }
  form.dataset.key = crypto.randomUUID?.() ?? String(Math.random());
  if (accepted.length) welcome(form, accepted, { isAll: chosen.length === accepted.length, isNow, hasCarousel });
}

function showWarnings(warnings) {
  const notice = document.getElementById("accepted-warnings");
  notice.hidden = !warnings.length;
  notice.querySelector("div").replaceChildren(...[...new Set(warnings.map((each) => each.message))].map((message) => Object.assign(document.createElement("span"), { textContent: message })));
}

function welcome(form, accepted, { isAll, isNow, hasCarousel }) {
  if (isAll) form.dispatchEvent(new CustomEvent("composed"));
  loadJobs();
  const tasks = accepted.filter((each) => each.body.task_id && each.body.status !== "awaiting_approval");
  if (isNow && tasks.length) watch(tasks.map((each) => ({ id: each.body.task_id, postId: each.body.post_id, account: each.account, hasCarousel })));
  else toast(document.getElementById("jobs").dataset.said);
  showWarnings(accepted.flatMap((each) => each.body.warnings ?? []));
}

export function startComposer(form) {
  startMedia(form);
  startPreview(form);
  startChecking(form);
  form.addEventListener("input", ({ target }) => {
    const place = form.querySelector(`[data-error="${target.dataset?.account ? "account_id" : target.name}"]`);
    if (place) place.hidden = true;
    target.removeAttribute?.("aria-invalid");
  });
  let isSending = false;
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    const now = event.submitter?.hasAttribute("data-now-instead") || form.elements.when.value === "now";
    try {
      await send(form, now);
    } catch {
      toast(document.getElementById("jobs").dataset.unsent);
    } finally {
      isSending = false;
    }
  });
}
