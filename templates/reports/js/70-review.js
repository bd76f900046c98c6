// Review: approve, reject, select and undo, and how far it has come.
const chosen = new Set();
const bar = byId("review"), reasonDialog = byId("reason"), exportDialog = byId("export"), keysDialog = byId("keys");
const verdicts = { approved: "Approved", rejected: "Rejected" };
const waitingHere = cards.filter(isWaiting);
let asked = [];

const say = (text) => put("r-said", text);
const whyNot = (card) => {
  if (!card.sha) return "No file was made here, so there is nothing to decide.";
  return "A check rejected this file: no decision lets it ship. It has to be made anew.";
};
const focused = () => cardBy.get(document.activeElement?.closest(".card")) || null;
const subject = () => (viewer.open ? current : focused());
const subjects = () => (!viewer.open && chosen.size ? [...chosen] : [subject()].filter(Boolean));
const inWords = (said) => (said ? `${verdicts[said.decision]} here${said.reason ? `: ${said.reason}` : ""}` : "");

function controlsOf(card) {
  const box = element("div", "", "decide"), label = element("label", ""), tick = element("input", "");
  tick.type = "checkbox";
  tick.addEventListener("change", () => choose(card, tick.checked));
  label.append(tick, element("span", "Select"));
  box.append(label);
  if (isWaiting(card)) box.append(button("Approve", "yes", () => settle([card], "approved")), button("Reject", "no", () => askWhy([card])));
  const name = card.figure.getAttribute("aria-label");
  for (const one of box.querySelectorAll("input, button")) one.setAttribute("aria-label", `${one.textContent || "Select"} ${name}`);
  box.append(element("p", "", "decision"));
  return Object.assign(card, { tick, line: box.lastChild }) && box;
}

function paint(card) {
  const said = decisionOf(card);
  if (said) card.figure.dataset.decision = said.decision;
  else delete card.figure.dataset.decision;
  card.figure.classList.toggle("chosen", chosen.has(card));
  card.tick.checked = chosen.has(card);
  card.line.textContent = inWords(said);
}

// Progress counts what waited when the report was made; decisions about others (a delivered one sent back) come on top.
function showProgress() {
  const done = waitingHere.filter(decisionOf).length, every = decided(), more = every.length - done;
  put("r-progress", waitingHere.length ? `${done.toLocaleString("en")} of ${waitingHere.length.toLocaleString("en")} decided` : "Nothing waits on this page");
  Object.assign(byId("r-bar"), { max: Math.max(1, waitingHere.length), value: waitingHere.length ? done : 1 });
  put("r-more", more > 0 ? `and ${counted(more, "other decision", "other decisions")}` : "");
  put("r-chosen", chosen.size ? `${counted(chosen.size, "picture", "pictures")} selected` : "");
  for (const id of ["r-approve", "r-reject"]) byId(id).hidden = !chosen.size;
  put("r-all", chosen.size ? "Clear selection" : "Select all shown");
  byId("r-undo").disabled = !past.length;
  byId("r-next").disabled = done === waitingHere.length;
  byId("r-export").disabled = !every.length;
}

function showDecision(card) {
  const can = isDecidable(card), said = decisionOf(card);
  for (const id of ["v-approve", "v-reject"]) byId(id).hidden = !can;
  byId("v-withdraw").hidden = !said;
  put("v-decision", said ? inWords(said) : can ? "" : whyNot(card));
  byId("v-decision").className = said ? `decision ${said.decision}` : "decision";
}

function repaint() {
  apply();
  for (const card of cards) if (card.tick) paint(card);
  showProgress();
  if (current) showDecision(current);
}

function choose(card, isChosen = !chosen.has(card)) {
  if (!card || !card.tick) return say(card ? whyNot(card) : "");
  if (isChosen) chosen.add(card);
  else chosen.delete(card);
  paint(card);
  return showProgress();
}

// After a decision the next one that still waits comes up, in the viewer as on the page.
function settle(some, decision, reason = "") {
  const able = some.filter(isDecidable);
  if (!able.length) return say(some.length ? whyNot(some[0]) : "Choose a picture first: j and k walk through them.");
  const order = visible(), after = order.slice(order.indexOf(able[able.length - 1]) + 1), wasOne = able.length === 1;
  decide(able, decision, reason);
  chosen.clear();
  repaint();
  const next = [...after, ...order].find((card) => isWaiting(card) && !decisionOf(card) && !card.figure.hidden);
  const verb = decision ? verdicts[decision] : "Withdrawn for";
  say(`${verb} ${wasOne ? able[0].figure.getAttribute("aria-label") : counted(able.length, "picture", "pictures")}${isKept ? "" : ". This browser keeps nothing: export before you close the page"}`);
  if (!wasOne || !decision) return null;
  if (viewer.open) return open(next || able[0]);
  return (next || able[0]).link.focus();
}

function askWhy(some) {
  asked = some.filter(isDecidable);
  if (!asked.length) return say(some.length ? whyNot(some[0]) : "Choose a picture first: j and k walk through them.");
  put("w-title", asked.length === 1 ? `Reject ${asked[0].figure.getAttribute("aria-label")}` : `Reject ${counted(asked.length, "picture", "pictures")}`);
  byId("w-recent").replaceChildren(...shelved("adlocalizer/reasons", []).map((text) => Object.assign(element("option", ""), { value: text })));
  byId("w-text").value = "";
  return reasonDialog.showModal();
}

function undo() {
  const card = takeBack();
  if (!card) return say("Nothing to undo.");
  repaint();
  say("Undone.");
  if (viewer.open) return open(card);
  return card.figure.hidden ? null : card.link.focus();
}

function nextToDecide() {
  const order = visible(), from = order.indexOf(subject());
  const next = [...order.slice(from + 1), ...order].find((card) => isWaiting(card) && !decisionOf(card));
  if (!next) return say("All that waits on this page and is shown is decided.");
  return viewer.open ? open(next) : next.link.focus();
}

function chooseAll() {
  const some = chosen.size ? [] : visible().filter((card) => card.tick);
  chosen.clear();
  for (const card of some) chosen.add(card);
  repaint();
}

byId("w-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const reason = byId("w-text").value.trim().replace(/\s+/g, " ");
  byId("w-text").setCustomValidity(reason ? "" : "Say why, in a sentence.");
  if (!byId("w-text").reportValidity()) return;
  const recent = shelved("adlocalizer/reasons", []).filter((text) => text !== reason);
  shelve("adlocalizer/reasons", [reason, ...recent].slice(0, 8));
  reasonDialog.close();
  settle(asked, "rejected", reason);
});
byId("w-text").addEventListener("input", () => byId("w-text").setCustomValidity(""));
for (const id of ["w-cancel", "e-cancel", "k-close"]) byId(id).addEventListener("click", (event) => event.target.closest("dialog").close());
byId("r-approve").addEventListener("click", () => settle([...chosen], "approved"));
byId("r-reject").addEventListener("click", () => askWhy([...chosen]));
byId("r-all").addEventListener("click", chooseAll);
byId("r-next").addEventListener("click", nextToDecide);
byId("r-undo").addEventListener("click", undo);
byId("r-help").addEventListener("click", () => keysDialog.showModal());
byId("v-approve").addEventListener("click", () => settle([current], "approved"));
byId("v-reject").addEventListener("click", () => askWhy([current]));
byId("v-withdraw").addEventListener("click", () => settle([current], ""));

function refresh() {
  decisions = unshelved();
  repaint();
}
addEventListener("storage", (event) => { if (event.key === shelf) refresh(); });
addEventListener("pageshow", (event) => { if (event.persisted) refresh(); });
