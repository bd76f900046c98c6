// The viewer: one picture and all that is known of it.
const measured = (value, limit) => {
  const [found, wanted] = /[^\d.,e+-]/.test(limit) ? ["found", "wanted"] : ["measured", "limit"];
  return [value && `${found} ${value}`, limit && `${wanted} ${limit}`].filter(Boolean).join(", ");
};

function findingOf([check, severity, text, remedy, value, limit, evidence]) {
  const row = element("li", "", `f-${severity}`), head = element("p", words.severities[severity], `verdict v-${severity}`);
  head.append(element("b", check));
  row.append(head, element("p", notes.lines[text]));
  if (measured(value, limit)) row.append(element("p", measured(value, limit), "faint"));
  if (notes.lines[remedy]) row.append(element("p", notes.lines[remedy], "remedy"));
  if (notes.lines[evidence]) row.append(Object.assign(element("img", ""), { src: notes.lines[evidence], alt: `Evidence: ${check}` }));
  return row;
}

function factOf([name, text, source, asOf, certainty]) {
  const row = element("div", ""), value = element("dd", text);
  value.dir = "auto";
  const origin = [source, asOf, certainty === "exact" ? "" : certainty].filter(Boolean).join(", ");
  row.append(element("dt", name), value, element("dd", origin, "faint"));
  return row;
}

function linkTo(address, text) {
  const link = element("a", text);
  Object.assign(link, { href: address, target: "_blank", rel: "noopener noreferrer" });
  return link;
}

function sourceOf([title, page, image]) {
  const row = element("li", "");
  row.dir = "auto";
  row.append(page ? linkTo(page, title) : title);
  if (image) row.append(" ", linkTo(image, "image"));
  return row;
}

// A stranger's HTML, whole: a frame of its own, without scripts or our origin. It inherits this page's policy.
function suggestionsOf(numbers) {
  const frame = element("iframe", "");
  frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
  frame.title = "Search suggestions";
  const start = '<!doctype html><meta name="color-scheme" content="light dark"><base target="_blank">';
  frame.srcdoc = start + numbers.map((number) => notes.lines[number]).join("\n");
  return frame;
}

function showSearch(search) {
  byId("v-search-box").hidden = !search;
  const { asked, sources, suggestions } = search || { asked: [], sources: [], suggestions: [] };
  const rows = asked.map(([name, text]) => factOf([name, text, "", "", "exact"]));
  if (sources.length) {
    const row = element("div", ""), cell = element("dd", ""), list = element("ul", "");
    list.append(...sources.map(sourceOf));
    cell.append(list);
    row.append(element("dt", "Sources"), cell);
    rows.push(row);
  }
  byId("v-asked").replaceChildren(...rows);
  byId("v-suggestions").replaceChildren(...(suggestions.length ? [suggestionsOf(suggestions)] : []));
}

function showPicture(card) {
  const image = card.figure.querySelector(".shot > img:not(.crop)"), picture = byId("v-picture"), full = card.link.getAttribute("href");
  byId("v-open").toggleAttribute("href", false);
  if (full) byId("v-open").setAttribute("href", full);
  byId("v-open").hidden = !full;
  picture.hidden = !full && !image;
  byId("v-none").hidden = !picture.hidden;
  picture.alt = image ? image.alt : "";
  picture.onerror = image ? () => { picture.onerror = null; picture.src = image.src; } : null;
  if (picture.hidden) picture.removeAttribute("src");
  else picture.src = full || image.src;
  showLayers(card);
  zoomTo(1);
}

function showNote(card) {
  const { note } = card, master = notes.masters[note.master];
  for (const name of ["id", "file", "cost", "maker", "attempts", "master"]) put(`v-${name}`, note[name]);
  if (master && master.version) put("v-maker", `${note.maker}, version ${master.version}`);
  put("v-lineage", "lineage" in note ? notes.lines[note.lineage] : "");
  put("v-said", (master && master.said) || "");
  byId("v-said-box").hidden = !master || !master.said;
  showSearch(master && master.search);
  put("v-made", master ? master.made : "none");
  put("v-sha256", master ? master.sha256 : "");
  byId("v-findings").replaceChildren(...note.findings.map(findingOf));
  byId("v-passed-box").hidden = !note.passed.length;
  put("v-passed-count", note.passed.length === 1 ? "1 check passed" : `${note.passed.length} checks passed`);
  byId("v-passed").replaceChildren(...note.passed.map((number) => {
    const row = element("tr", "");
    row.append(...notes.lines[number].map((text) => element("td", text)));
    return row;
  }));
  const facts = master ? [...card.set.querySelectorAll(".about .stated > *")] : [];
  byId("v-facts-box").hidden = !facts.length;
  byId("v-facts").replaceChildren(...facts.map((row) => row.cloneNode(true)));
  byId("v-prompt-box").hidden = !master;
  put("v-prompt", master ? master.prompt.map((number) => notes.lines[number]).join("\n") : "");
}

function open(card) {
  current = card;
  const order = visible(), place = order.indexOf(card), headline = card.set.querySelector("header .headline");
  put("v-title", `${card.set.querySelector("h2").textContent}, ${card.figure.querySelector(".what").textContent}`);
  put("v-place", place < 0 ? "" : `${place + 1} of ${order.length}`);
  byId("v-state").replaceChildren(...[...card.figure.querySelector(".state").childNodes].map((node) => node.cloneNode(true)));
  put("v-headline", headline ? headline.textContent : "");
  byId("v-headline").lang = headline ? headline.lang : "";
  const reason = notes.lines[card.note.reason];
  put("v-reason", card.note.findings.some((finding) => notes.lines[finding[2]] === reason) ? "" : reason);
  showPicture(card);
  showNote(card);
  showDecision(card);
  if (!viewer.open) viewer.showModal();
  viewer.querySelector(".panel").scrollTop = 0;
  fitPicture();
  remember();
}

function step(by) {
  const order = visible();
  if (order.length) open(order[(order.indexOf(current) + by + order.length) % order.length]);
}

const shotCard = (event) => {
  const link = event.target.closest(".shot");
  return link && cardBy.get(link.closest(".card"));
};
gallery.addEventListener("click", (event) => {
  const card = shotCard(event);
  if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(card);
});
gallery.addEventListener("keydown", (event) => {
  const card = shotCard(event);
  if (!card || card.link.hasAttribute("href") || ![" ", "Enter"].includes(event.key)) return;
  event.preventDefault();
  open(card);
});
byId("v-before").addEventListener("click", () => step(-1));
byId("v-after").addEventListener("click", () => step(1));
byId("v-close").addEventListener("click", () => viewer.close());
viewer.addEventListener("click", (event) => { if (event.target === viewer) viewer.close(); });
viewer.addEventListener("close", () => {
  const left = current;
  current = null;
  remember();
  if (left && left.figure.hidden) byId("count").closest("form").querySelector("[name=q]").focus();
  else if (left) left.link.focus();
});
