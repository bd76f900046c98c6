// Out of the browser: a decisions file to import, or, where `adlocalizer review --serve` shows the page, straight to it.
const fileName = `decisions_${run.campaign}_${run.logical_date}.json`;
const importing = `adlocalizer review ${run.campaign} --date ${run.logical_date} --import ${fileName}`;

function tellDecided() {
  const every = decided(), approved = every.filter((one) => one.decision === "approved").length;
  return `${counted(approved, "picture", "pictures")} approved, ${(every.length - approved).toLocaleString("en")} rejected.`;
}

function download() {
  const text = `${JSON.stringify(decisionsFile(byId("e-name").value.trim()), null, 1)}\n`;
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  Object.assign(element("a", ""), { href: address, download: fileName }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  say(`${fileName} is downloaded. To let it count: ${importing}`);
}

async function hand() {
  const sent = decided();
  say("Saving; bundles and report are made anew…");
  try {
    const answer = await fetch("decisions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(decisionsFile(byId("e-name").value.trim())),
    });
    const told = await answer.json();
    if (!answer.ok) return say(`Not saved: ${told.error}`);
    forget(sent);
    sessionStorage.setItem(shelf, told.said);
    return location.reload();
  } catch {
    return say("Not saved: the review has been stopped. Start it again with --serve; your decisions are kept here.");
  }
}

if (isLive) {
  put("r-export", "Save decisions");
  put("e-title", "Save decisions");
  put("e-go", "Save");
  put("e-how", "They count at once: bundles, manifests and this report are made anew, and nothing is asked of a provider.");
} else {
  put("e-how", "The file goes to whoever runs the campaign. To let it count:");
  byId("e-command").textContent = importing;
}
byId("e-command").hidden = isLive;

byId("r-export").addEventListener("click", () => {
  put("e-what", tellDecided());
  byId("e-name").value = shelved("adlocalizer/reviewer", "");
  exportDialog.showModal();
});
byId("e-form").addEventListener("submit", (event) => {
  event.preventDefault();
  shelve("adlocalizer/reviewer", byId("e-name").value.trim());
  exportDialog.close();
  if (isLive) hand();
  else download();
});
