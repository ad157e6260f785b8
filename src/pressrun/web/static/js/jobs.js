// 예약 목록: loaded again, moved and cancelled without leaving the page.
import { isBusy } from "./live.js";

export function toast(text) {
  const place = document.getElementById("toast");
  place.textContent = text;
  place.hidden = false;
  setTimeout(() => { place.hidden = true; }, 5000);
}

// What a person has open in the list stays, unless their own change is what renews it.
export async function loadJobs({ isOwnChange = false } = {}) {
  const answer = await fetch("/compose/jobs", { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) return;
  const holder = document.createElement("template");
  holder.innerHTML = (await answer.text()).trim();
  const list = document.getElementById("jobs");
  if (isOwnChange || !isBusy(list)) list.replaceWith(holder.content.firstElementChild);
}

async function change(form, init) {
  const row = form.closest("[data-job]");
  const answer = await fetch(`/api/workflow/scheduled-jobs/${row.dataset.job}`, init);
  if (answer.ok) return loadJobs({ isOwnChange: true });
  const problem = await answer.json();
  const place = row.querySelector("[data-job-error]");
  place.textContent = problem.errors?.[0]?.message ?? `${problem.title} ${problem.detail ?? ""}`;
  place.hidden = false;
  return undefined;
}

export function startJobs() {
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-load-jobs]")) return;
    event.preventDefault();
    loadJobs({ isOwnChange: true });
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-job-cancel]")) {
      event.preventDefault();
      change(form, { method: "DELETE" });
    } else if (form.matches("[data-job-move]")) {
      event.preventDefault();
      const body = JSON.stringify({ scheduled_publish_time: form.elements.at.value });
      change(form, { method: "PUT", headers: { "Content-Type": "application/json" }, body });
    }
  });
}
