// The keys of the interface guide; silent while a field has the focus or a dialog is open.
import { openDialog } from "./dialogs.js";

const PLACES = { o: "/", q: "/queue", a: "/approvals", f: "/failures", c: "/compose" };
let going = 0;

const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);
const linkOf = (row) => (row.matches("a") ? row : row.querySelector("[data-open-row]") ?? row.querySelector("a"));
const cursor = () => document.querySelector("[data-row].cursor");

function move(step) {
  const all = rows();
  const here = all.indexOf(cursor());
  const next = all[Math.max(0, Math.min(all.length - 1, here + step))];
  if (!next) return false;
  cursor()?.classList.remove("cursor");
  next.classList.add("cursor");
  next.scrollIntoView({ block: "nearest" });
  linkOf(next)?.focus({ preventScroll: true });
  return true;
}

function press(key) {
  const place = cursor() ?? document;
  const target = place.querySelector(`[data-key="${key}"]`) ?? document.querySelector(`main [data-key="${key}"]:not([data-row] *), .topbar [data-key="${key}"]`);
  target?.click();
  return Boolean(target);
}

function act(key) {
  if (going && Date.now() - going < 900) {
    going = 0;
    if (PLACES[key]) location.assign(PLACES[key]);
    return Boolean(PLACES[key]);
  }
  switch (key) {
    case "g": going = Date.now(); return true;
    case "?": openDialog(document.getElementById("keys")); return true;
    case "n": location.assign("/compose"); return true;
    case "/": document.querySelector("[data-filter] select, [data-filter] input")?.focus(); return true;
    case "r": { const note = document.querySelector("[data-note]"); if (note && !note.value) { note.focus(); return true; } return press(key); }
    case "e": { const field = document.querySelector("[data-edit]"); if (field) { field.focus(); return true; } return press(key); }
    case "j": return press("j") || move(1);
    case "k": return press("k") || move(-1);
    default: return /^[apc]$/.test(key) && press(key);
  }
}

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const inField = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");
    const asking = document.querySelector("details.confirm[open]");
    if (event.key === "Escape" && asking) {
      asking.open = false;
      asking.querySelector("summary").focus();
      return;
    }
    if (event.key === "Escape" && inField) { event.target.blur(); return; }
    if (inField || document.querySelector("dialog[open]")) return;
    if (act(event.key)) event.preventDefault();
  });
  document.addEventListener("focusin", ({ target }) => {
    const row = target.closest("[data-row]");
    if (row && row !== cursor()) {
      cursor()?.classList.remove("cursor");
      row.classList.add("cursor");
    }
  });
}
