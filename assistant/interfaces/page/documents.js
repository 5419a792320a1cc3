// The table of documents, the one that is opened, the lists below and the tray: a button's data attributes say what goes
// to Python. Gradio puts each part in anew when it changes, so what was focused and scrolled is kept here.
const id = ["preview", "outcome"].find((name) => element.closest(`#${name}`));
let pressed = null; // what finds the button pressed last in the part put in anew
let opener = null; // what was focused before a document was opened
let opened = null;

const failedNames = () => [...element.querySelectorAll("li:is(.failed, .stopped) > b")].map((name) => name.textContent);

// What is wanted is noted in its place: of several events the last one counts, whatever their order.
function wish(event, place, wanted) {
  document.querySelector(place).dataset.wish = JSON.stringify(wanted);
  trigger(event, {});
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { open, turn, start, name, do: action, named } = button.dataset;
  if (turn) {
    pressed = name ? `[data-name="${name}"]` : `[data-turn="${turn}"]`;
    wish("edit", "#table", { named: turn });
  } else if (open !== undefined) {
    wish("select", "#preview", { named: open });
  } else if (start !== undefined) {
    pressed = `[data-name="${name}"]`;
    wish("select", "#preview", { named: opened, start: Number(start) });
  } else if (action === "close") {
    close();
  } else if (action === "stop") {
    button.disabled = true;
    button.textContent = "Stopping";
    trigger("stop", {});
  } else if (action === "resend") {
    document.dispatchEvent(new CustomEvent("citewell:resend", { detail: failedNames() }));
  } else if (action) {
    trigger("submit", { action, named: named ?? "" });
  }
});

element.addEventListener("change", ({ target }) => {
  if (target.dataset.places === undefined) return;
  pressed = "[data-places]";
  wish("select", "#preview", { named: opened, start: Number(target.value) });
});

function close() {
  if (id === "preview") wish("select", "#preview", { named: "" });
  else trigger("clear", {});
}

const isLost = () => document.activeElement === document.body || !document.activeElement;

function refocus() {
  const button = pressed && element.querySelector(`${pressed}:not(:disabled)`);
  if (button && isLost()) button.focus({ preventScroll: true });
  pressed = null;
}

function turnTo(panel) {
  const isNarrow = matchMedia("(max-width: 860px)").matches;
  document.querySelectorAll("#adders, #holdings, #library > .gr-accordion").forEach((part) => {
    part.inert = Boolean(panel) && isNarrow; // on a phone the document lies over the rest
  });
  const source = panel?.dataset.source ?? null;
  if (source && source !== opened) {
    opener = `[data-open="${CSS.escape(source)}"]`;
    element.querySelector(".back").focus({ preventScroll: true });
  } else if (!source && opened && isLost()) {
    document.querySelector(`#table ${opener}`)?.focus({ preventScroll: true });
  }
  opened = source;
}

function tell(job) {
  const isRunning = Boolean(job?.classList.contains("running"));
  document.querySelector("#adders").inert = isRunning;
  const title = job?.querySelector(".job-title").textContent ?? "";
  if (live.textContent !== title) live.textContent = title;
  const resend = job?.querySelector('[data-do="resend"]');
  if (resend) {
    document.dispatchEvent(new CustomEvent("citewell:can-resend", { detail: { button: resend, names: failedNames() } }));
  }
  if (job && !isRunning && isLost()) job.querySelector("button:not([hidden])").focus({ preventScroll: true });
}

let live = null;
if (id === "outcome") {
  live = document.createElement("div"); // what screen readers are told: what begins, and how it ended
  live.className = "unseen";
  live.setAttribute("role", "status");
  document.querySelector("#library").append(live);
}
if (id === "preview") {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && opened && element.checkVisibility()) close();
  });
}
watch("value", () => {
  if (id === "preview") turnTo(element.querySelector(".panel-preview"));
  if (id === "outcome") tell(element.querySelector(".job"));
  refocus();
});
