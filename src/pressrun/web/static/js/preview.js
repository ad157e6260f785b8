// What the post will look like, and what the button will do.
import { tagsOf } from "./forms.js";

export function startPreview(form) {
  const preview = document.getElementById("preview");
  const part = (name) => preview.querySelector(`[data-pv-${name}]`);
  const label = form.querySelector("[data-send-at]");

  function renewAccount() {
    const chosen = [...form.querySelectorAll("[data-account]:checked")];
    const first = chosen[0]?.dataset;
    form.querySelector("[data-chosen]").textContent = chosen.length;
    part("handle").textContent = first?.handle ?? part("handle").dataset.none;
    part("name").textContent = first?.handle ?? "";
    part("initial").textContent = first?.persona.slice(0, 1) ?? "?";
    preview.style.setProperty("--h", first?.hue ?? 264);
    const zones = [...new Set(chosen.map((each) => each.dataset.zone))];
    for (const shape of form.querySelectorAll("[data-takers]")) {
      const isTaken = chosen.every((each) => shape.dataset.takers.split(" ").includes(each.dataset.platform));
      if (!isTaken && shape.checked) form.querySelector('[name="format"][value=""]').checked = true;
      shape.closest("label").hidden = !isTaken;
    }
    const platforms = new Set(chosen.map((each) => each.dataset.platform));
    for (const section of form.querySelectorAll("[data-options]")) section.hidden = !platforms.has(section.dataset.options);
    for (const hint of form.querySelectorAll("[data-shape-hint]")) hint.hidden = form.elements.format?.value !== hint.dataset.shapeHint;
    if (zones.length) form.querySelector("[data-zone-name]").textContent = zones.join(", ");
  }

  function renewPictures() {
    const pictures = [...document.querySelectorAll("#media img")].filter((each) => each.src);
    const place = part("picture");
    place.querySelector("img")?.remove();
    place.querySelector(".none").hidden = pictures.length > 0;
    if (pictures.length) place.append(Object.assign(new Image(), { src: pictures[0].src, alt: pictures[0].alt }));
    part("pager").replaceChildren(...(pictures.length > 1 ? pictures.map((_, index) => {
      const dot = document.createElement("i");
      dot.className = index ? "" : "on";
      return dot;
    }) : []));
  }

  function renew() {
    renewAccount();
    renewPictures();
    const { caption, hashtags, at } = form.elements;
    const place = form.querySelector('[name$="-location_id"]');
    part("caption").textContent = caption.value || part("caption").dataset.none;
    part("tags").textContent = tagsOf(hashtags.value).map((tag) => `#${tag}`).join(" ");
    part("location").textContent = place?.value ?? "";
    const time = at.value.slice(11, 16);
    label.textContent = time ? label.dataset.sendAt.replace("{time}", time) : label.dataset.sendPlain;
  }

  form.addEventListener("input", renew);
  form.addEventListener("change", renew);
  renew();
}
