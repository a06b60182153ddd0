// The queue's letters: each does what a button or a link of the page does. They rest while something is being typed.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const inside = event.target.closest("input, textarea, select, [contenteditable]");
  if (inside) {
    if (event.key === "Escape") inside.blur();
    return;
  }
  const key = event.key.toLowerCase();
  if (key.length !== 1 || !/[a-z1-9]/.test(key)) return;
  const folded = document.querySelector(`details[data-open="${key}"]`);
  if (folded) {
    event.preventDefault();
    folded.open = true;
    folded.querySelector("button, input:not([type=hidden]), textarea, select")?.focus();
    return;
  }
  const meant = document.querySelector(`[data-key="${key}"]`);
  if (meant && meant.checkVisibility()) {
    event.preventDefault();
    meant.click();
  }
});

// A form is sent once, however often its button is pressed.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
