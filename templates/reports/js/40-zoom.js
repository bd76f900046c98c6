// Zoom: the picture grows inside its stage, which scrolls; dragging, arrow keys and fingers move it.
const stage = byId("v-stage"), sheet = byId("v-sheet"), whole = byId("v-picture");
const steps = [1, 1.5, 2, 3, 4, 6, 8];
let zoom = 1, held = null;

function fitPicture() {
  const wide = whole.naturalWidth, high = whole.naturalHeight;
  if (!wide || whole.hidden || !viewer.open) return;
  const styled = getComputedStyle(stage), room = (side, padding) => stage[side] - 2 * parseFloat(styled[padding]);
  // A picture is never made larger than it is, until somebody zooms.
  const fit = Math.min(1, room("offsetWidth", "paddingLeft") / wide, room("offsetHeight", "paddingTop") / high);
  sheet.style.width = `${wide * fit * zoom}px`;
  sheet.style.height = `${high * fit * zoom}px`;
  stage.classList.toggle("zoomed", zoom > 1);
  put("z-size", `${Math.round(100 * fit * zoom)} %`);
  byId("z-out").disabled = zoom <= steps[0];
  byId("z-in").disabled = zoom >= steps[steps.length - 1];
  byId("z-fit").setAttribute("aria-pressed", String(zoom > 1));
}

// Grows about a point of the stage (its middle, or where the wheel turns), which stays where it is.
function zoomTo(level, left = stage.clientWidth / 2, top = stage.clientHeight / 2) {
  const grown = level / zoom, from = { left: stage.scrollLeft, top: stage.scrollTop };
  zoom = level;
  fitPicture();
  stage.scrollTo((from.left + left) * grown - left, (from.top + top) * grown - top);
}

const zoomed = () => zoom > 1;
const toggleZoom = () => zoomTo(zoomed() ? 1 : 3);
function zoomBy(by, ...about) {
  const place = steps.indexOf(zoom);
  zoomTo(steps[Math.min(steps.length - 1, Math.max(0, place + by))], ...about);
}

function pan(key) {
  const by = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] }[key];
  if (by) stage.scrollBy(...by);
  return Boolean(by);
}

whole.addEventListener("load", fitPicture);
addEventListener("resize", fitPicture);
byId("z-in").addEventListener("click", () => zoomBy(1));
byId("z-out").addEventListener("click", () => zoomBy(-1));
byId("z-fit").addEventListener("click", toggleZoom);
stage.addEventListener("dblclick", toggleZoom);
stage.addEventListener("wheel", (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  const box = stage.getBoundingClientRect();
  zoomBy(event.deltaY < 0 ? 1 : -1, event.clientX - box.left, event.clientY - box.top);
}, { passive: false });
stage.addEventListener("pointerdown", (event) => {
  if (!zoomed() || event.pointerType !== "mouse" || event.button) return;
  held = { left: stage.scrollLeft + event.clientX, top: stage.scrollTop + event.clientY };
  stage.setPointerCapture(event.pointerId);
  stage.classList.add("held");
});
stage.addEventListener("pointermove", (event) => {
  if (held) stage.scrollTo(held.left - event.clientX, held.top - event.clientY);
});
for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, () => {
  held = null;
  stage.classList.remove("held");
});

// Overlays: what the card draws over its thumbnail, drawn over the picture as well, each by a button or its number.
const layerBoxes = [...document.querySelectorAll(".layer-choice input")];
const layerButtons = layerBoxes.map((box, number) => {
  const made = button(box.closest("label").textContent.trim(), "", () => box.click());
  made.title = `Key ${number + 1}`;
  return made;
});
const tellLayers = () => layerButtons.forEach((one, number) => one.setAttribute("aria-pressed", String(layerBoxes[number].checked)));
byId("v-layers").append(...layerButtons);
for (const box of layerBoxes) box.addEventListener("change", tellLayers);

function showLayers(card) {
  for (const old of sheet.querySelectorAll(".layers, .crop")) old.remove();
  const layers = whole.hidden ? [] : [...card.figure.querySelectorAll(".shot > .layers, .shot > .crop")];
  sheet.append(...layers.map((one) => one.cloneNode(true)));
  byId("v-layers").hidden = !layers.length;
  tellLayers();
}
