"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const read = (id) => JSON.parse(byId(id).textContent);
  const notes = read("notes"), words = read("words");
  const form = byId("filters"), gallery = byId("gallery"), viewer = byId("viewer");
  const sets = [...gallery.querySelectorAll(".set")];
  const cards = [...gallery.querySelectorAll(".card")].map((figure) => {
    const set = figure.closest(".set");
    return { figure, home: figure.parentElement, set, link: figure.querySelector(".shot"), ...figure.dataset,
      city: set.dataset.city, text: `${set.dataset.q} ${figure.dataset.q}`, note: notes.cards[figure.dataset.n] };
  });
  const byFormat = new Map();
  let current = null;

  document.documentElement.classList.add("js");
  for (const card of cards) {
    if (!card.link.hasAttribute("href")) Object.assign(card.link, { tabIndex: 0, role: "button" });
    card.text += ` ${card.note.id} ${notes.lines[card.note.reason]}`.toLowerCase();
  }

  // Filters: the form is what is wanted, the hash is the form in writing.
  const wanted = () => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
  const fits = (card, want) =>
    (!want.status || card.status === want.status || (want.status === "undelivered" && card.status !== "delivered")) &&
    (!want.format || card.format === want.format) &&
    (!want.platform || card.platform === want.platform) &&
    (!want.city || card.city === want.city) &&
    want.q.toLowerCase().split(/\s+/).every((word) => card.text.includes(word));

  function formatSet(card) {
    if (!byFormat.has(card.format)) {
      const set = document.createElement("section"), header = document.createElement("header");
      const title = document.createElement("h2"), board = document.createElement("div");
      title.textContent = card.figure.querySelector(".what").textContent;
      const size = document.createElement("p");
      size.className = "faint";
      size.textContent = card.figure.querySelector(".size").textContent;
      header.append(title, size);
      set.className = "set";
      set.setAttribute("aria-label", title.textContent);
      board.className = "board frames";
      set.append(header, board);
      byFormat.set(card.format, { set, board });
    }
    return byFormat.get(card.format);
  }

  function arrange(by) {
    if ((gallery.dataset.by || "") === by) return;
    gallery.dataset.by = by;
    if (by) {
      for (const card of cards) formatSet(card).board.append(card.figure);
      for (const option of form.elements.format.options) if (byFormat.has(option.value)) gallery.append(byFormat.get(option.value).set);
    } else {
      for (const card of cards) card.home.append(card.figure);
      for (const { set } of byFormat.values()) set.remove();
    }
  }

  function apply() {
    const want = wanted();
    arrange(want.by);
    let shown = 0;
    for (const card of cards) {
      card.figure.hidden = !fits(card, want);
      shown += !card.figure.hidden;
    }
    for (const set of [...sets, ...[...byFormat.values()].map((one) => one.set)]) set.hidden = !set.querySelector(".card:not([hidden])");
    byId("nothing").hidden = shown > 0;
    const all = cards.length.toLocaleString("en");
    byId("count").textContent = shown === cards.length ? `${all} shown` : `${shown.toLocaleString("en")} of ${all} shown`;
  }

  function remember() {
    const hash = new URLSearchParams(Object.entries(wanted()).filter(([, value]) => value));
    for (const link of document.querySelectorAll(".pager a")) link.hash = hash;
    if (current) hash.set("card", current.note.id);
    history.replaceState(null, "", String(hash) ? `#${hash}` : location.pathname + location.search);
  }

  function recall() {
    const hash = new URLSearchParams(location.hash.slice(1));
    for (const field of form.querySelectorAll("select, input")) {
      const value = hash.get(field.name) || "";
      if (field.type === "radio") field.checked = field.value === value || (field.value === "" && value !== "format");
      else if (field.type === "search" || [...field.options].some((option) => option.value === value)) field.value = value;
    }
    apply();
    const card = cards.find((one) => one.note.id === hash.get("card"));
    if (card) open(card);
    else if (viewer.open) viewer.close();
  }

  form.addEventListener("input", () => { apply(); remember(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { apply(); remember(); }));
  addEventListener("hashchange", recall);

  // The viewer: one picture and all that is known of it.
  const visible = () => {
    const order = new Map(cards.map((card) => [card.figure, card]));
    return [...gallery.querySelectorAll(".card:not([hidden])")].map((figure) => order.get(figure));
  };
  const put = (id, text) => { byId(id).textContent = text; };
  function element(tag, text, name) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (name) made.className = name;
    return made;
  }
  const measured = (value, limit) => [value && `measured ${value}`, limit && `limit ${limit}`].filter(Boolean).join(", ");

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
    const image = card.figure.querySelector("img"), picture = byId("v-picture"), full = card.link.getAttribute("href");
    byId("v-open").toggleAttribute("href", false);
    if (full) byId("v-open").setAttribute("href", full);
    picture.hidden = !full && !image;
    byId("v-none").hidden = !picture.hidden;
    picture.alt = image ? image.alt : "";
    picture.onerror = image ? () => { picture.onerror = null; picture.src = image.src; } : null;
    if (picture.hidden) picture.removeAttribute("src");
    else picture.src = full || image.src;
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
    byId("v-passed").replaceChildren(...note.passed.map((cells) => {
      const row = element("tr", "");
      row.append(...cells.map((text) => element("td", text)));
      return row;
    }));
    byId("v-facts-box").hidden = !master || !master.facts.length;
    byId("v-facts").replaceChildren(...(master ? master.facts.map((number) => factOf(notes.facts[number])) : []));
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
    if (!viewer.open) viewer.showModal();
    viewer.querySelector(".panel").scrollTop = 0;
    remember();
  }

  function step(by) {
    const order = visible();
    if (order.length) open(order[(order.indexOf(current) + by + order.length) % order.length]);
  }

  const cardOf = (event) => {
    const link = event.target.closest(".shot");
    return link && cards.find((card) => card.link === link);
  };
  gallery.addEventListener("click", (event) => {
    const card = cardOf(event);
    if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(card);
  });
  gallery.addEventListener("keydown", (event) => {
    const card = cardOf(event);
    if (!card || card.link.hasAttribute("href") || ![" ", "Enter"].includes(event.key)) return;
    event.preventDefault();
    open(card);
  });
  byId("v-before").addEventListener("click", () => step(-1));
  byId("v-after").addEventListener("click", () => step(1));
  byId("v-close").addEventListener("click", () => viewer.close());
  viewer.addEventListener("click", (event) => { if (event.target === viewer) viewer.close(); });
  viewer.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowRight") step(1);
    else if (event.key === "ArrowLeft") step(-1);
    else return;
    event.preventDefault();
  });
  viewer.addEventListener("close", () => {
    const left = current;
    current = null;
    remember();
    if (left) left.link.focus();
  });

  recall();
})();
