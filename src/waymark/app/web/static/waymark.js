// Makes the pages smoother; everything works without it.
"use strict";

document.documentElement.classList.add("scripted");

// Enter asks, Shift and Enter begins a new line.
for (const form of document.querySelectorAll("form[data-ask]")) {
  const box = form.querySelector("textarea");
  const button = form.querySelector("button[type=submit]");
  const words = button.textContent;
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    // An address without empty choices is easier to read and to pass on.
    for (const choice of form.querySelectorAll("select")) choice.disabled = choice.value === "";
    button.textContent = button.dataset.working;
  });
  // The page comes back as it was left when a person goes back to it.
  window.addEventListener("pageshow", () => {
    button.textContent = words;
    for (const choice of form.querySelectorAll("select")) choice.disabled = false;
  });
}

async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // On a local network the page is not a secure context; the older way still works there.
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "aside";
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  if (!done) throw new Error("not copied");
}

const said = document.getElementById("said");

// What a button did stands in its place for a moment, and is told to a screen reader.
function tell(button, outcome) {
  const words = button.dataset.words || button.textContent;
  button.dataset.words = words;
  button.textContent = outcome;
  if (said) said.textContent = outcome;
  window.setTimeout(() => {
    button.textContent = words;
    if (said) said.textContent = "";
  }, 2500);
}

async function copied(button, text) {
  try {
    await copy(text);
    tell(button, button.dataset.done);
  } catch {
    tell(button, button.dataset.failed);
  }
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copied(button, button.dataset.copy));
}

// The device's own list of places to share to, where it has one; else the link is copied.
for (const button of document.querySelectorAll("button[data-share]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const link = { title: document.title, text: button.dataset.share, url: window.location.href };
    if (navigator.share && (!navigator.canShare || navigator.canShare(link))) {
      try {
        await navigator.share(link);
        return;
      } catch (error) {
        if (error.name === "AbortError") return; // the person thought better of it
      }
    }
    await copied(button, link.url);
  });
}

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// What is folded away on the screen is printed all the same, and folded again afterwards.
const unfolded = [];
window.addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details.rest:not([open])")) {
    fold.open = true;
    unfolded.push(fold);
  }
});
window.addEventListener("afterprint", () => {
  while (unfolded.length) unfolded.pop().open = false;
});

// Reading aloud: by a voice that lives on the device, since others send the words away. Nothing is read unasked.
const speech = window.speechSynthesis;
let reading = null;

function voiceFor(language) {
  const wanted = language.toLowerCase().split("-")[0];
  const fitting = speech.getVoices().filter((voice) => voice.localService && voice.lang.toLowerCase().split(/[-_]/)[0] === wanted);
  return fitting.find((voice) => voice.default) || fitting[0];
}

function stopReading() {
  if (!reading) return;
  const { button, words } = reading;
  reading = null;
  button.textContent = words;
  button.setAttribute("aria-pressed", "false");
  speech.cancel();
}

// One utterance for each line of text: some browsers fall silent in a long one.
function pieces(root) {
  const found = [];
  for (const block of root.querySelectorAll("p, li, h1, h2, h3, h4, h5, h6, td, th, dt, dd")) {
    const own = [...block.childNodes].filter((node) => node.nodeType !== 1 || !/^(UL|OL|P|TABLE)$/.test(node.tagName));
    const text = own.map((node) => node.textContent).join("").trim();
    if (text) found.push(text);
  }
  return found.length ? found : [root.textContent.trim()];
}

function read(button) {
  const again = reading && reading.button === button;
  stopReading();
  if (again) return;
  const language = button.dataset.speak;
  const roots = button.dataset.speakFrom
    ? document.querySelectorAll(button.dataset.speakFrom)
    : button.closest("figure").querySelectorAll("blockquote");
  const mine = { button, words: button.textContent };
  reading = mine;
  button.textContent = button.dataset.stop;
  button.setAttribute("aria-pressed", "true");
  const texts = [...roots].flatMap(pieces);
  texts.forEach((text, at) => {
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = language;
    utterance.voice = voiceFor(language);
    utterance.rate = 0.95;
    utterance.onend = () => {
      if (reading === mine && at === texts.length - 1) stopReading();
    };
    utterance.onerror = () => {
      if (reading === mine) stopReading();
    };
    speech.speak(utterance);
  });
}

function offerVoices() {
  for (const button of document.querySelectorAll("button[data-speak]")) button.hidden = !voiceFor(button.dataset.speak);
}

if (speech && "SpeechSynthesisUtterance" in window) {
  for (const button of document.querySelectorAll("button[data-speak]")) {
    button.addEventListener("click", () => read(button));
  }
  offerVoices();
  speech.addEventListener?.("voiceschanged", offerVoices); // voices are found some time after the page
  window.addEventListener("pagehide", stopReading);
}

// The list follows the filters by itself; without htmx the button does it.
window.addEventListener("load", () => {
  if (window.htmx) document.querySelector(".browse")?.classList.add("live");
});

// A long contents list is folded on a narrow screen, where it would stand before the text.
const contents = document.querySelector(".contents details");
if (contents && window.matchMedia("(max-width: 63.99em)").matches) contents.open = false;
