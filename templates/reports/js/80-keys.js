// Keys: one letter each, while nothing is being written and no other dialog is open; they can be switched off.
const noKeys = byId("k-off");
noKeys.checked = shelved("adlocalizer/no-keys", false);
noKeys.addEventListener("change", () => shelve("adlocalizer/no-keys", noKeys.checked));

function walk(by) {
  if (viewer.open) return step(by);
  const order = visible(), from = order.indexOf(focused());
  if (!order.length) return null;
  const to = from < 0 ? (by > 0 ? 0 : order.length - 1) : Math.min(order.length - 1, Math.max(0, from + by));
  order[to].link.focus();
  return order[to].figure.scrollIntoView({ block: "nearest" });
}

function zoomKey() {
  if (viewer.open) return toggleZoom();
  const card = focused() || visible()[0];
  return card && open(card);
}

const keys = {
  j: () => walk(1),
  k: () => walk(-1),
  a: () => settle(subjects(), "approved"),
  r: () => askWhy(subjects()),
  x: () => (viewer.open ? null : choose(subject())),
  u: undo,
  n: nextToDecide,
  z: zoomKey,
  ...Object.fromEntries(layerBoxes.map((box, number) => [String(number + 1), () => box.click()])),
  "?": () => keysDialog.showModal(),
};

function letter(event) {
  const writes = event.target.closest("input:not([type=checkbox], [type=radio], [type=range]), select, textarea");
  const busy = reasonDialog.open || exportDialog.open || keysDialog.open;
  const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!action || writes || busy || noKeys.checked) return false;
  action();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  const arrow = viewer.open && event.target.type !== "range" && { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (viewer.open && zoomed() && pan(event.key)) event.preventDefault();
  else if (arrow && !reasonDialog.open) { step(arrow); event.preventDefault(); }
  else if (letter(event)) event.preventDefault();
});
