// Decisions: kept by this browser for a campaign and a day, each about one file by its digest.
const shelf = `adlocalizer/${run.campaign}/${run.logical_date}`;
const isLive = document.querySelector("meta[name=review]").content === "live";
const past = [];
let isKept = true;

function shelved(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}
function shelve(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    isKept = false; // storage is full or switched off: this page alone remembers
  }
}

// Another page of the report may write here too, and so may whatever else this browser opens: only what has the shape counts.
function unshelved() {
  const whole = ({ rendition_id, sha256, decision, reason, decided_at } = {}) =>
    [rendition_id, sha256, decision, reason, decided_at].every((text) => typeof text === "string");
  return new Map(Object.entries(shelved(shelf, {})).filter(([sha, said]) => said && whole(said) && said.sha256 === sha));
}
let decisions = unshelved();

// Files of the run as it is now, by the first characters of their digests: what is about others was made anew since.
const known = new Set(run.files.match(/.{8}/g) || []);
const isCurrent = ({ sha256 }) => known.has(sha256.slice(0, 8));
const decisionOf = (card) => (card.sha ? decisions.get(card.sha) : undefined);
const isWaiting = (card) => Boolean(card.sha) && card.state === "needs_review";
const isDecidable = (card) => Boolean(card.sha) && (["delivered", "needs_review"].includes(card.state) || card.approval === "rejected");
const decided = () => [...decisions.values()].filter(isCurrent);

function reviewAnswers(card) {
  const said = decisionOf(card);
  return [...(isWaiting(card) && !said ? ["undecided"] : []), ...(said ? ["decided"] : [])];
}

function keep() {
  shelve(shelf, Object.fromEntries(decisions));
}

function decide(some, decision, reason = "") {
  const before = some.map((card) => [card.sha, decisions.get(card.sha)]);
  past.push({ before, focus: some[0] });
  for (const card of some) {
    if (!decision) decisions.delete(card.sha);
    else decisions.set(card.sha, { rendition_id: card.id, sha256: card.sha, decision, reason, decided_at: new Date().toISOString() });
  }
  keep();
}

function takeBack() {
  const last = past.pop();
  if (!last) return null;
  for (const [sha, said] of last.before) {
    if (said) decisions.set(sha, said);
    else decisions.delete(sha);
  }
  keep();
  return last.focus;
}

function forget(some) {
  for (const { sha256 } of some) decisions.delete(sha256);
  past.length = 0;
  keep();
}

// The file that `adlocalizer review --import` takes.
function decisionsFile(reviewer) {
  const entries = decided().sort((one, other) => (one.rendition_id < other.rendition_id ? -1 : 1));
  return { decisions: entries.map((entry) => ({ ...entry, reviewer })) };
}
