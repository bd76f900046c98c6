// What every part of the page shares: its notes, its cards, and how elements are made.
const byId = (id) => document.getElementById(id);
const read = (id) => JSON.parse(byId(id).textContent);
const notes = read("notes"), words = read("words"), run = read("run");
const form = byId("filters"), gallery = byId("gallery"), viewer = byId("viewer");
const sets = [...gallery.querySelectorAll(".set")];

const spelt = (note, id) => ({ ...note, id, maker: notes.lines[note.maker], master: notes.lines[note.master] });
const cards = [...gallery.querySelectorAll(".card")].map((figure) => {
  const set = figure.closest(".set"), { dataset } = figure, note = spelt(notes.cards[dataset.n], dataset.id);
  return {
    ...dataset, figure, set, note,
    home: figure.parentElement,
    link: figure.querySelector(".shot"),
    cost: Number(dataset.cost),
    checks: dataset.checks.split(" ").filter(Boolean),
    text: `${set.dataset.q} ${dataset.q} ${note.id} ${notes.lines[note.reason]}`.toLowerCase(),
  };
});
const cardBy = new Map(cards.map((card) => [card.figure, card]));
let current = null;

document.documentElement.classList.add("js");
for (const card of cards) if (!card.link.hasAttribute("href")) Object.assign(card.link, { tabIndex: 0, role: "button" });

// The cards that are shown, in the order they stand on the page.
const visible = () => [...gallery.querySelectorAll(".card:not([hidden])")].map((figure) => cardBy.get(figure));
const put = (id, text) => { byId(id).textContent = text; };
const counted = (number, one, many) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

function element(tag, text, name) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (name) made.className = name;
  return made;
}

function button(text, name, onClick) {
  const made = element("button", text, name);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}
