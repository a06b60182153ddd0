// Search in a copy of the library that lies in a folder. Everything can be found without it.
"use strict";

const index = window.WAYMARK_INDEX || [];
const form = document.getElementById("search");
const box = document.getElementById("words");
const count = document.getElementById("count");
const found = document.getElementById("found");
const lists = document.getElementById("lists");
const MOST = 60;

function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

const entries = index.map(([id, title, about, headings]) => ({
  id,
  title,
  about,
  inTitle: ` ${folded(title)}`,
  inHeadings: ` ${folded(headings)}`,
}));

// A word is found where a word of the title or of a heading begins with it.
function score(entry, words) {
  let sum = 0;
  for (const word of words) {
    const begins = ` ${word}`;
    if (entry.inTitle.includes(begins)) sum += 3;
    else if (entry.inHeadings.includes(begins)) sum += 1;
    else return 0;
  }
  return sum;
}

function show() {
  const words = folded(box.value).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  lists.hidden = words.length > 0;
  found.replaceChildren();
  if (!words.length) {
    count.textContent = "";
    return;
  }
  const hits = entries
    .map((entry) => [score(entry, words), entry])
    .filter(([sum]) => sum > 0)
    .sort((one, other) => other[0] - one[0] || (one[1].title < other[1].title ? -1 : 1));
  count.textContent =
    hits.length === 0 ? count.dataset.none
      : hits.length === 1 ? count.dataset.one
        : count.dataset.many.replace("{}", String(hits.length));
  for (const [, entry] of hits.slice(0, MOST)) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `documents/${entry.id}.html`;
    link.textContent = entry.title;
    const about = document.createElement("p");
    about.textContent = entry.about;
    item.append(link, about);
    found.append(item);
  }
}

form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
box.addEventListener("input", show);
window.addEventListener("pageshow", show);
