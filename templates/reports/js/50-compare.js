// Before and after: two pictures side by side become one, with a slider between them; its arrow keys move it.
function slide(pair) {
  const [before, after] = pair.querySelectorAll("figure");
  const pictures = [before, after].map((figure) => figure?.querySelector("img"));
  if (!pictures[0] || !pictures[1]) return;
  const range = element("input", ""), names = [before, after].map((figure) => figure.querySelector("figcaption")?.textContent.trim());
  Object.assign(range, { type: "range", min: 0, max: 100, step: 2, value: 50 });
  range.setAttribute("aria-label", `How much is shown of ${names[1] || "the picture after"}`);
  function move() {
    after.style.clipPath = `inset(0 0 0 ${range.value}%)`;
    pair.style.setProperty("--seam", `${range.value}%`);
    range.setAttribute("aria-valuetext", `${range.value} % before, ${100 - range.value} % after`);
  }
  range.addEventListener("input", move);
  pair.classList.add("sliding");
  pair.append(range);
  move();
}

for (const pair of document.querySelectorAll(".compare")) slide(pair);
