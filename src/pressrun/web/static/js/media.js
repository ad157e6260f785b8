// Files of a post: dropped or chosen, sent one by one to /api/assets, shown, put in order, taken out.
const MOST = 10;

export function startMedia(form) {
  const list = document.getElementById("media");
  const drop = document.getElementById("drop");
  const input = document.getElementById("file");
  const said = document.getElementById("media-said");
  const item = document.getElementById("media-item");

  function renew() {
    const items = [...list.children];
    items.forEach((each, index) => { each.querySelector(".ord").textContent = index + 1; });
    const ids = items.map((each) => each.dataset.asset).filter(Boolean);
    form.elements.asset_ids.value = ids.join(" ");
    document.querySelector("[data-media-number]").textContent = ids.length;
    list.hidden = !items.length;
    form.dispatchEvent(new Event("input"));
  }

  function add(name, picture) {
    const row = item.content.firstElementChild.cloneNode(true);
    row.draggable = true;
    const image = row.querySelector("img");
    image.alt = name;
    if (picture) image.src = picture;
    list.append(row);
    return row;
  }

  function refuse(row, problem) {
    row.remove();
    const place = form.querySelector('[data-error="asset_ids"]');
    place.hidden = false;
    place.querySelector("span").textContent = problem.errors?.[0]?.message ?? `${problem.title} ${problem.detail ?? ""}`;
    said.textContent = said.dataset.failed;
  }

  async function send(file) {
    const picture = file.type.startsWith("image/") ? URL.createObjectURL(file) : "";
    const row = add(file.name, picture);
    row.classList.add("sending");
    said.textContent = `${said.dataset.uploading} ${file.name}`;
    const body = new FormData();
    body.append("file", file);
    const answer = await fetch("/api/assets", { method: "POST", body });
    const asset = await answer.json();
    if (!answer.ok) refuse(row, asset);
    else if (list.querySelector(`[data-asset="${asset.id}"]`)) row.remove();
    else {
      row.dataset.asset = asset.id;
      row.classList.remove("sending");
      if (asset.thumbnail_url) row.querySelector("img").src = asset.thumbnail_url;
      said.textContent = `${said.dataset.uploaded} ${file.name}`;
    }
    renew();
  }

  async function take(files) {
    form.querySelector('[data-error="asset_ids"]').hidden = true;
    for (const file of [...files].slice(0, MOST - list.children.length)) await send(file);
  }

  for (const old of [...list.children]) {
    const row = add(old.querySelector("img").alt, old.querySelector("img").src);
    row.dataset.asset = old.dataset.asset;
    old.remove();
  }
  renew();
  const takeChosen = async () => { await take(input.files); input.value = ""; };
  input.addEventListener("change", takeChosen);
  if (input.files.length) takeChosen();
  for (const kind of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop") take(event.dataTransfer.files);
    });
  }
  list.addEventListener("click", (event) => {
    const row = event.target.closest("li");
    const step = Number(event.target.closest("[data-move]")?.dataset.move ?? 0);
    if (event.target.closest("[data-remove]")) row.remove();
    if (step < 0) row.previousElementSibling?.before(row);
    if (step > 0) row.nextElementSibling?.after(row);
    event.target.closest("button")?.focus();
    renew();
  });
  let dragged = null;
  list.addEventListener("dragstart", (event) => { dragged = event.target.closest("li"); });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over || over === dragged) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    over[event.clientX < box.left + box.width / 2 ? "before" : "after"](dragged);
  });
  list.addEventListener("dragend", () => { dragged = null; renew(); });
  form.addEventListener("composed", () => {
    list.replaceChildren();
    for (const field of form.querySelectorAll('[name="caption"], [name="hashtags"], [name^="option-"]')) empty(field);
    renew();
    document.dispatchEvent(new Event("input"));
  });
}

function empty(field) {
  if (field.type === "checkbox") field.checked = false;
  else if (field.tagName === "SELECT") field.selectedIndex = 0;
  else field.value = "";
}
