// What the server says of a draft while it is written: lengths as each platform counts them, and what is mended.
import { show } from "./forms.js";
import { bodyOf } from "./compose.js";

const PAUSE = 500;
let timer = 0;
let asked = 0;

function oneOfEachPlatform(form) {
  const chosen = [...form.querySelectorAll("[data-account]:checked")];
  return [...new Map(chosen.map((each) => [each.dataset.platform, each])).values()];
}

async function ask(form, account) {
  const answer = await fetch("/api/workflow/check", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(bodyOf(form, account, true)),
  });
  return { platform: account.dataset.platform, seen: answer.ok ? await answer.json() : null };
}

function advise(lines) {
  const notice = document.getElementById("advice");
  notice.hidden = !lines.length;
  notice.querySelector("div").replaceChildren(...lines.map((line) => Object.assign(document.createElement("span"), { textContent: line })));
}

async function check(form) {
  const turn = ++asked;
  const isEmpty = !form.elements.caption.value.trim() && !form.elements.asset_ids.value.trim();
  const answers = isEmpty ? [] : await Promise.all(oneOfEachPlatform(form).map((account) => ask(form, account)));
  if (turn !== asked) return;
  for (const counter of form.querySelectorAll("[data-weighed]")) {
    const told = answers.find((each) => each.platform === counter.dataset.weighed);
    show(counter, told?.seen?.text.length ?? 0);
  }
  advise([...new Set(answers.flatMap(({ seen }) => seen?.fixes.map((fix) => fix.message) ?? []))]);
}

export function startChecking(form) {
  const plan = () => { clearTimeout(timer); timer = setTimeout(() => check(form).catch(() => {}), PAUSE); };
  form.addEventListener("input", plan);
  form.addEventListener("change", plan);
}
