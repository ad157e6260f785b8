// The theme changes at once and is kept with the person.
export function startTheme() {
  for (const form of document.querySelectorAll("[data-theme-form]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const theme = event.submitter.value;
      if (theme === "system") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = theme;
      for (const button of document.querySelectorAll('[name="theme"]')) {
        button.setAttribute("aria-pressed", String(button.value === theme));
      }
      const body = new URLSearchParams(new FormData(form));
      body.set("theme", theme);
      fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true });
    });
  }
}
