// A hand scanner ends a code with Enter: once the codes of all sheets stand in the field, they are sent; until then Enter is a new line.
"use strict";

const isWhole = (text) => {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  if (lines.length === 1 && /^KCO1:./.test(lines[0])) return true;
  const sheets = lines.map((line) => /^KCO1\.([0-9]+)\.([0-9]+)\./.exec(line));
  return lines.length > 0 && sheets.every(Boolean) && new Set(sheets.map(([, sheet]) => sheet)).size >= sheets[0][2];
};

for (const field of document.querySelectorAll("[data-hand-scanner]")) {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !isWhole(field.value)) return;
    event.preventDefault();
    field.form.requestSubmit();
  });
}
