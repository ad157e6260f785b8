// Dialogs open from what names them, close on their close buttons, and give the focus back.
let opener = null;

export function openDialog(dialog) {
  opener = document.activeElement;
  dialog.showModal();
}

export function startDialogs() {
  document.addEventListener("click", (event) => {
    const open = event.target.closest("[data-open]");
    if (open) {
      event.preventDefault();
      openDialog(document.getElementById(open.dataset.open));
    }
    if (event.target.closest("[data-keys]")) openDialog(document.getElementById("keys"));
    const close = event.target.closest("[data-close]");
    if (close) {
      event.preventDefault();
      close.closest("dialog").close();
    }
    for (const ask of document.querySelectorAll("details.confirm[open]")) {
      if (!ask.contains(event.target)) ask.open = false;
    }
  });
  document.addEventListener("close", () => opener?.focus?.(), true);
  document.addEventListener("toggle", ({ target }) => {
    if (target.matches?.("details.confirm[open]")) target.querySelector("input:not([type=hidden]), button")?.focus();
  }, true);
  for (const button of document.querySelectorAll("[data-keys]")) button.hidden = false;
}
