// Small helps for forms: filters that apply themselves, a password that can be seen, counters.
export const count = (text) => [...text].length;
export const tagsOf = (text) => text.split(/[\s,]+/).map((tag) => tag.replace(/^#+/, "")).filter(Boolean);

export function fullText(caption, tags) {
  const tail = [...new Set(tags)].map((tag) => `#${tag}`).join(" ");
  const head = caption.trimEnd();
  return head.trim() && tail ? `${head}\n\n${tail}` : tail || head;
}

export function show(counter, number) {
  const most = Number(counter.dataset.max);
  counter.querySelector("[data-now]").textContent = number.toLocaleString();
  counter.classList.toggle("over", number > most);
  counter.classList.toggle("near", number <= most && number > most * 0.9);
}

function countAll() {
  for (const counter of document.querySelectorAll("[data-counter]")) {
    const caption = document.getElementById(counter.dataset.counter).value;
    const tags = document.getElementById(counter.dataset.with)?.value ?? "";
    show(counter, count(fullText(caption, tagsOf(tags))));
  }
  for (const counter of document.querySelectorAll("[data-tags]")) {
    show(counter, new Set(tagsOf(document.getElementById(counter.dataset.tags).value)).size);
  }
}

export function startForms() {
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-submit]")) target.form.requestSubmit();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.target.closest?.("form")?.requestSubmit();
    }
  });
  for (const button of document.querySelectorAll("[data-show-password]")) {
    const field = document.getElementById(button.dataset.showPassword);
    button.hidden = false;
    button.addEventListener("click", () => {
      field.type = field.type === "password" ? "text" : "password";
      button.setAttribute("aria-pressed", String(field.type === "text"));
    });
  }
  if (document.querySelector("[data-counter], [data-tags]")) {
    document.addEventListener("input", countAll);
    countAll();
  }
}
