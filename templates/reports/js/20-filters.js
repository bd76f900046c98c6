// Filters: the form is what is wanted, the fragment is the form in writing.
const byFormat = new Map();

// What a card answers to under each of the form's lists.
const answers = {
  status: (card) => [card.state, ...(card.state === "delivered" ? [] : ["undelivered"]), ...reviewAnswers(card)],
  city: (card) => [card.city],
  locale: (card) => [card.locale],
  platform: (card) => [card.platform],
  format: (card) => [card.format],
  check: (card) => card.checks,
};
// As precise as the page writes it: what is shown as $0.0111 costs 0.0111.
const dollars = (micros) => (micros < 100000 ? Math.round(micros / 100) / 1e4 : Math.round(micros / 1e4) / 100);
const meets = {
  cost_from: (card, value) => dollars(card.cost) >= Number(value),
  cost_to: (card, value) => dollars(card.cost) <= Number(value),
  q: (card, value) => value.toLowerCase().split(/\s+/).every((word) => card.text.includes(word)),
};
for (const name of Object.keys(answers)) meets[name] = (card, value) => answers[name](card).includes(value);

const wanted = () => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
const labelOf = (name) => form.elements[name].closest("label").querySelector("span").textContent;
const lists = [...form.querySelectorAll("select[name]")];
for (const list of lists) for (const option of list.options) option.dataset.label = option.textContent;

function formatSet(card) {
  if (!byFormat.has(card.format)) {
    const set = element("section", "", "set"), header = element("header", ""), board = element("div", "", "board frames");
    const title = element("h2", card.figure.querySelector(".what").textContent);
    header.append(title, element("p", card.figure.querySelector(".size").textContent, "faint"));
    set.setAttribute("aria-label", title.textContent);
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

// Each option says how many pictures it would show, all else left as it is.
function countOptions(misses) {
  for (const list of lists) {
    const found = new Map();
    let every = 0;
    for (const card of cards) {
      const missed = misses.get(card);
      if (missed.length > 1 || (missed.length === 1 && missed[0] !== list.name)) continue;
      every += 1;
      for (const value of answers[list.name](card)) found.set(value, (found.get(value) || 0) + 1);
    }
    for (const option of list.options) {
      const number = option.value ? found.get(option.value) || 0 : every;
      option.textContent = `${option.dataset.label} (${number.toLocaleString("en")})`;
    }
  }
}

function drop(name) {
  form.elements[name].value = "";
  changed();
  form.elements[name].focus();
}

// Nothing fits: which wishes were made, and how many pictures come back without each of them.
function explain(active, want, misses) {
  const said = ([name, value]) => {
    const field = form.elements[name];
    return `${labelOf(name)} “${field.options ? field.selectedOptions[0].dataset.label : value}”`;
  };
  const wishes = active.map((name) => said([name, want[name]]));
  put("why", `No picture on this page has ${wishes.join(" and ")}${wishes.length > 1 ? " at once" : ""}.`);
  const offers = active.map((name) => {
    const back = cards.filter((card) => misses.get(card).every((other) => other === name)).length;
    return back && active.length > 1 ? button(`Without ${labelOf(name)}: ${counted(back, "picture", "pictures")}`, "offer", () => drop(name)) : "";
  });
  byId("offers").replaceChildren(...offers.filter(Boolean), button("Clear all filters", "offer", () => form.reset()));
}

function apply() {
  const want = wanted(), active = Object.keys(meets).filter((name) => want[name]);
  const misses = new Map(cards.map((card) => [card, active.filter((name) => !meets[name](card, want[name]))]));
  let shown = 0;
  arrange(want.by);
  for (const card of cards) {
    const fits = misses.get(card).length === 0;
    if (card.figure.hidden === fits) card.figure.hidden = !fits;
    shown += fits;
    // Nobody decides about what they do not see.
    if (!fits && chosen.delete(card)) paint(card);
  }
  for (const set of [...sets, ...[...byFormat.values()].map((one) => one.set)]) set.hidden = !set.querySelector(".card:not([hidden])");
  countOptions(misses);
  byId("nothing").hidden = shown > 0;
  if (!shown) explain(active, want, misses);
  const all = cards.length.toLocaleString("en");
  put("count", shown === cards.length ? `${all} shown` : `${shown.toLocaleString("en")} of ${all} shown`);
}

function fragmentOf(want) {
  return new URLSearchParams(Object.entries(want).filter(([, value]) => value));
}

function remember() {
  const hash = fragmentOf(wanted());
  for (const link of document.querySelectorAll(".pager a")) link.hash = hash;
  if (current) hash.set("card", current.note.id);
  history.replaceState(null, "", String(hash) ? `#${hash}` : location.pathname + location.search);
}

function recall() {
  const hash = new URLSearchParams(location.hash.slice(1));
  for (const field of form.querySelectorAll("select[name], input")) {
    const value = hash.get(field.name) || "";
    if (field.type === "radio") field.checked = field.value === value || (field.value === "" && value !== "format");
    else field.value = field.options && ![...field.options].some((option) => option.value === value) ? "" : value;
  }
  apply();
  const card = cards.find((one) => one.note.id === hash.get("card"));
  if (card) open(card);
  else if (viewer.open) viewer.close();
}

function changed() {
  apply();
  showProgress();
  remember();
}

// Another region is another page: a city or locale of this one would show nothing there.
function travel(address) {
  const { city, locale, ...rest } = wanted();
  const hash = String(fragmentOf(rest));
  location.href = hash && address !== "index.html" ? `${address}#${hash}` : address;
}

form.addEventListener("input", (event) => (event.target.id === "region" ? travel(event.target.value) : changed()));
byId("more").addEventListener("click", () => byId("more").setAttribute("aria-expanded", String(form.classList.toggle("all"))));
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(changed));
addEventListener("hashchange", recall);
