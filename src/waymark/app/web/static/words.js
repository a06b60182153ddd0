// Opens the meaning of a word beside it. Without this each word is a link to the page that explains it.
"use strict";

const GAP = 8; // pixels between a word and its meaning

function place(meaning, word) {
  meaning.style.left = "";
  meaning.style.top = "";
  const at = word.getClientRects()[0] || word.getBoundingClientRect();
  if (window.matchMedia("(max-width: 33.99em)").matches) {
    // A narrow screen has it at its lower edge; the word stays in sight above.
    const covered = at.bottom + 3 * GAP - (document.documentElement.clientHeight - meaning.offsetHeight);
    if (covered > 0) window.scrollBy(0, covered);
    return;
  }
  const width = meaning.offsetWidth;
  const height = meaning.offsetHeight;
  const left = Math.min(Math.max(at.left, GAP), document.documentElement.clientWidth - width - GAP);
  const below = at.bottom + GAP;
  const fits = below + height <= document.documentElement.clientHeight || at.top - GAP - height < 0;
  meaning.style.left = `${left + window.scrollX}px`;
  meaning.style.top = `${(fits ? below : at.top - GAP - height) + window.scrollY}px`;
}

for (const word of document.querySelectorAll("a.term")) {
  const meaning = document.getElementById(word.dataset.meaning);
  if (!meaning || typeof meaning.showPopover !== "function") continue;
  meaning.hidden = false; // the browser keeps it closed until it is opened
  word.setAttribute("aria-haspopup", "dialog");
  word.setAttribute("aria-expanded", "false");
  meaning.addEventListener("toggle", (event) => {
    word.setAttribute("aria-expanded", String(event.newState === "open"));
  });
  word.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // as any link: in another window
    event.preventDefault();
    meaning.showPopover();
    place(meaning, word);
    meaning.querySelector("a").focus({ preventScroll: true });
  });
}
