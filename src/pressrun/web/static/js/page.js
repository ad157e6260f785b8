// Begins what the page needs; every page works without it.
import { startDialogs } from "./dialogs.js";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startTheme } from "./theme.js";

document.documentElement.classList.add("js");
startDialogs();
startForms();
startKeys();
startTheme();
if (document.body.dataset.liveFrom) startLive(document.body.dataset);
if (document.getElementById("compose")) {
  const { startComposer } = await import("./compose.js");
  startComposer(document.getElementById("compose"));
}
if (document.getElementById("jobs")) {
  const { startJobs } = await import("./jobs.js");
  startJobs();
}
