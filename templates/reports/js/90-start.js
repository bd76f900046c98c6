// The page as its address has it.
const ready = cards.filter(isDecidable);
for (const card of ready) card.figure.querySelector(".caption").append(controlsOf(card));
bar.hidden = !ready.length;
const stale = [...decisions.values()].filter((said) => cards.some((card) => card.id === said.rendition_id && card.sha !== said.sha256));
const left = isLive ? sessionStorage.getItem(shelf) : null;
if (isLive) sessionStorage.removeItem(shelf);
if (left) say(left);
else if (stale.length) say(`${counted(stale.length, "decided picture was", "decided pictures were")} made anew since: decide again.`);
for (const card of ready) paint(card);
showProgress();
recall();
