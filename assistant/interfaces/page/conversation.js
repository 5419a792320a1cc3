// The conversation: clicks go to Python by what a button's data attribute names. A step may replace what had the focus,
// so that is kept here, and what was said.
const fieldOfQuestion = () => document.querySelector("#question textarea");
const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-open], [data-example], [data-do]");
  if (!button) return;
  const { open, example, do: action } = button.dataset;
  if (example !== undefined) trigger("example_select", { index: example, value: null });
  else if (action === "copy") copy(button, button.closest(".reply").querySelector("template").content.textContent);
  else if (action === "link") copy(button, new URL(button.dataset.link, location.href).href);
  else if (action) trigger(action, {});
  else {
    element.querySelectorAll(".active").forEach((other) => other.classList.remove("active"));
    button.classList.add("active");
    document.querySelector("#side").dataset.wish = JSON.stringify({ named: open });
    trigger("select", {});
    if (open.includes(":list:")) document.querySelector("#side").scrollIntoView({ block: "nearest", behavior });
  }
});

// A button that a step replaced between the pressing and the letting go gets no click by itself.
let pressed = null;
element.addEventListener("pointerdown", ({ target }) => (pressed = target.closest("[data-open]")));
element.addEventListener("pointerup", ({ target }) => {
  const released = target.closest("[data-open]");
  if (pressed && !pressed.isConnected && released?.dataset.open === pressed.dataset.open) released.click();
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

async function copy(button, text) {
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

// What had the focus.
let focused = null;
function finder(target) {
  const place = [...element.querySelectorAll("summary")].indexOf(target);
  if (place >= 0) return () => element.querySelectorAll("summary")[place];
  return target.dataset.open && (() => element.querySelector(`.${target.classList[0]}[data-open="${target.dataset.open}"]`));
}
document.addEventListener("focusin", ({ target }) => (focused = element.contains(target) ? finder(target) : null));

// The address of the page is that of the conversation, so that it is there again when the page is loaded anew.
function keepAddress() {
  const id = element.querySelector("[data-conversation]")?.dataset.conversation;
  if (id === undefined) return;
  const address = new URL(location.href);
  address.searchParams.delete("exchange");
  id ? address.searchParams.set("conversation", id) : address.searchParams.delete("conversation");
  if (address.href !== location.href) window.history.replaceState(null, "", address);
}

let turns = 0;
let isAnswering = false;
function show() {
  putConversation();
  const shown = element.querySelectorAll(".turn");
  const last = shown[shown.length - 1];
  const linked = element.querySelector(".turn.linked");
  if (shown.length > turns) (linked ?? last).scrollIntoView({ block: "start", behavior });
  linked?.focus({ preventScroll: true });
  turns = shown.length;
  keepAddress();

  const wasAnswering = isAnswering;
  isAnswering = last?.dataset.stage === "answering";
  if (isAnswering && !wasAnswering) live.textContent = "";
  if (wasAnswering && !isAnswering && last) live.textContent = said(last);

  const isLost = document.activeElement === document.body;
  if (last?.classList.contains("editing")) fieldOfQuestion().focus();
  else if (isLost && focused?.()) focused().focus({ preventScroll: true });
  else if (isLost && wasAnswering && matchMedia("(pointer: fine)").matches) fieldOfQuestion().focus();
}
watch("value", show);
if (props.value) show();
