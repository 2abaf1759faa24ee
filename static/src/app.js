// Small comforts only: every page works without this file.
import "./autosave.js";

const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** The first thing to read after a refused form is the summary of what to mend. */
function focusErrorSummary(root = document) {
  const summary = root.querySelector("[data-error-summary]");
  if (summary) summary.focus();
}

/** A region that does not scroll is no stop for the Tab key. */
function trimTabStops(root = document) {
  for (const region of $$(".table-region[tabindex]", root)) {
    if (region.scrollWidth <= region.clientWidth) region.removeAttribute("tabindex");
    else region.setAttribute("tabindex", "0");
  }
}

/** Every checkbox that belongs to the same bulk form as the given "select all" box. */
function members(all) {
  return $$(`input[type="checkbox"][data-select="${CSS.escape(all.dataset.selectAll)}"]`);
}

function showCount(group) {
  const boxes = $$(`input[type="checkbox"][data-select="${CSS.escape(group)}"]`);
  const chosen = boxes.filter((box) => box.checked).length;
  for (const all of $$(`input[data-select-all="${CSS.escape(group)}"]`)) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  for (const label of $$(`[data-select-count="${CSS.escape(group)}"]`)) {
    const words = chosen === 1 ? label.dataset.one : label.dataset.many;
    label.textContent = chosen ? (words || "%s").replace("%s", chosen) : label.dataset.none || "";
  }
}

document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement)) return;
  if (box.dataset.selectAll) {
    for (const member of members(box)) member.checked = box.checked;
    showCount(box.dataset.selectAll);
  } else if (box.dataset.select) {
    showCount(box.dataset.select);
  }
});

/** Shift and a click choose every row between this one and the last one that was clicked. */
let lastClicked = null;
document.addEventListener("click", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !box.dataset.select) return;
  if (event.shiftKey && lastClicked && lastClicked.dataset.select === box.dataset.select) {
    const boxes = $$(`input[type="checkbox"][data-select="${CSS.escape(box.dataset.select)}"]`);
    const [from, to] = [boxes.indexOf(lastClicked), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const member of boxes.slice(from, to + 1)) member.checked = box.checked;
  }
  lastClicked = box;
});

/** "/" goes to the search field, as long as nobody is writing somewhere. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const field = $$("[data-search-field]").find((input) => input.offsetParent !== null);
  if (!field) return;
  event.preventDefault();
  field.focus();
});

/** A form is sent once, however often its button is pressed. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of $$("button[type=submit], input[type=submit]", form)) {
    button.setAttribute("aria-busy", "true");
  }
});
// A page brought back by the Back button may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of $$("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of $$("[aria-busy=true]", form)) button.removeAttribute("aria-busy");
  }
  for (const all of $$("input[data-select-all]")) showCount(all.dataset.selectAll);
});

for (const button of $$("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const all of $$("input[data-select-all]")) {
  all.closest("[data-needs-script]")?.removeAttribute("hidden");
  showCount(all.dataset.selectAll);
}

focusErrorSummary();
trimTabStops();
window.addEventListener("resize", () => trimTabStops());
document.addEventListener("htmx:afterSettle", (event) => {
  focusErrorSummary(event.target);
  trimTabStops(event.target);
});
