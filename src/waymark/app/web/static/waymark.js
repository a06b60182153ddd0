// Makes the pages smoother; everything works without it.
"use strict";

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
for (const button of document.querySelectorAll("button[data-copy]")) {
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    let outcome = "Copied";
    try {
      await copy(button.dataset.copy);
    } catch {
      outcome = "Could not copy";
    }
    button.textContent = outcome;
    if (said) said.textContent = outcome;
    window.setTimeout(() => {
      button.textContent = words;
      if (said) said.textContent = "";
    }, 2500);
  });
}

// The list follows the filters by itself; without htmx the button does it.
window.addEventListener("load", () => {
  if (window.htmx) document.querySelector(".browse")?.classList.add("live");
});

// A long contents list is folded on a narrow screen, where it would stand before the text.
const contents = document.querySelector(".contents details");
if (contents && window.matchMedia("(max-width: 63.99em)").matches) contents.open = false;
