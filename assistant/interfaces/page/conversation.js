// The conversation: clicks go to Python by what a button's data attribute names. Gradio puts the whole conversation
// in anew with each step, so what was focused, unfolded and said is kept here.
const fieldOfQuestion = () => document.querySelector("#question textarea");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-open], [data-example], [data-do]");
  if (!button) return;
  const { open, example, do: deed } = button.dataset;
  if (example !== undefined) trigger("example_select", { index: example, value: null });
  else if (deed === "copy") copy(button);
  else if (deed) trigger(deed, {});
  else {
    element.querySelectorAll(".active").forEach((other) => other.classList.remove("active"));
    button.classList.add("active");
    trigger("select", { index: open, value: null });
  }
});

document.addEventListener("keydown", (event) => {
  const isReading = document.querySelector(".panel-reading");
  if (event.key === "Escape" && !isReading && element.querySelector(".turn.editing")) trigger("edit", {});
});

// What screen readers are told: each answer once, when it is whole.
const live = document.createElement("div");
live.className = "unseen";
live.setAttribute("role", "status");
document.querySelector("#talk").append(live);

function said(turn) {
  const sentences = [...turn.querySelectorAll(".sentence, .problem, .halted, .abstained, .notice")];
  return sentences.map((one) => one.textContent).join(" ");
}

async function copy(button) {
  const text = button.closest(".reply").querySelector("template").content.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyOldWay(text); // where the page is not served from this machine or by https, browsers have no clipboard
    button.focus();
  }
  const name = button.textContent;
  button.style.minWidth = `${button.offsetWidth}px`;
  button.textContent = live.textContent = "Copied";
  setTimeout(() => (button.textContent = name), 2000);
}

function copyOldWay(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

// Where the focus was, by its place among all that can have it, and which lists were unfolded.
const focusable = () => [...element.querySelectorAll("button, summary")];
const unfolded = new Set();
let focused = -1;
element.addEventListener("focusin", (event) => (focused = focusable().indexOf(event.target)));
element.addEventListener("focusout", (event) => {
  if (event.relatedTarget) focused = -1;
});
element.addEventListener(
  "toggle",
  ({ target }) => {
    const place = [...element.querySelectorAll("details")].indexOf(target);
    if (place >= 0) target.open ? unfolded.add(place) : unfolded.delete(place);
  },
  true,
);

let turns = 0;
let isAnswering = false;
watch("value", () => {
  const shown = element.querySelectorAll(".turn");
  const last = shown[shown.length - 1];
  if (shown.length < turns) unfolded.clear();
  element.querySelectorAll("details").forEach((one, place) => (one.open = unfolded.has(place)));
  if (shown.length > turns) last.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
  turns = shown.length;

  const wasAnswering = isAnswering;
  isAnswering = last?.dataset.stage === "answering";
  if (isAnswering && !wasAnswering) live.textContent = "";
  if (wasAnswering && !isAnswering && last) live.textContent = said(last);

  const isLost = document.activeElement === document.body;
  if (last?.classList.contains("editing")) fieldOfQuestion().focus();
  else if (isLost && focused >= 0) focusable()[focused]?.focus({ preventScroll: true });
  else if (isLost && wasAnswering && matchMedia("(pointer: fine)").matches) fieldOfQuestion().focus();
});
