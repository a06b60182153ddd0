// Makes the record's pages smoother and quieter; everything works without it. Nothing is kept in the browser.
"use strict";

const body = document.body;
const { idle, here, keep, leave, token } = body.dataset;

// A record that is open here locks itself when nobody does anything. While a person types, the page says that they are
// there; when they have gone, what they typed is handed over to come back after the passphrase, and the page is left.
if (idle) {
  const quiet = Number(idle) * 1000;
  let last = Date.now();
  let told = Date.now();
  let changed = null;

  const send = (address, fields) =>
    fetch(address, { method: "POST", body: new URLSearchParams(fields), credentials: "same-origin", redirect: "manual" });

  const present = () => {
    last = Date.now();
    if (last - told > 60000) {
      told = last;
      send(here, { token }).catch(() => {});
    }
  };
  for (const kind of ["keydown", "pointerdown", "input"]) document.addEventListener(kind, present, { passive: true });
  document.addEventListener("input", (event) => {
    changed = event.target.closest("form[data-kept]") || changed;
  });

  const go = () => window.location.replace(leave);
  window.setInterval(() => {
    if (Date.now() - last < quiet) return;
    if (!changed) return go();
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(changed)) if (typeof value === "string") fields.append(name, value);
    fields.append("kept-for", new URL(changed.action).pathname);
    changed = null;
    send(keep, fields).then(go, go);
  }, 5000);
}

// What was answered before can be taken away again by a second tap.
for (const scale of document.querySelectorAll(".scale")) {
  let was = scale.querySelector("input:checked");
  scale.addEventListener("click", (event) => {
    if (!(event.target instanceof HTMLInputElement)) return;
    const skip = scale.querySelector("input[value='']");
    if (event.target === was && skip && event.target !== skip) {
      skip.checked = true;
      was = skip;
    } else {
      was = event.target;
    }
  });
}

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
