// The kept conversations: a button's data attributes say what goes to Python. Gradio puts the list in anew when it
// changes, so what was focused is kept here. A download is a template that holds the file.
const isList = Boolean(element.closest("#kept"));
const isOpen = () => Boolean(element.querySelector(".panel-kept"));
let focused = null;
let wasOpen = false;

function act(button, text = button.dataset.text ?? "") {
  const { do: action } = button.dataset;
  const named = button.closest("[data-named]").dataset.named;
  const next = action === "delete" ? '[data-do="restore"]' : `[data-named="${named}"] .kept-title`;
  if (action !== "export") focused = next;
  trigger("submit", { action, named, text });
}

function rename(button) {
  const item = button.closest("li");
  const title = item.querySelector(".kept-title");
  const field = document.createElement("input");
  field.className = "kept-name";
  field.value = title.querySelector("b").textContent;
  field.maxLength = 120;
  field.setAttribute("aria-label", "New title");
  title.hidden = true;
  item.querySelector("details").open = false;
  item.prepend(field);
  field.select();
  let isEnded = false; // taking the field away takes the focus from it, which ends it too
  const end = (isNamed) => {
    if (isEnded) return;
    isEnded = true;
    const name = field.value.trim();
    field.remove();
    title.hidden = false;
    if (isNamed && name) act(button, name);
    title.focus();
  };
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    end(event.key === "Enter");
  });
  field.addEventListener("blur", () => end(true));
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-open], [data-do]");
  if (!button) return;
  if (button.dataset.open) trigger("select", { named: button.dataset.open });
  else if (button.dataset.do === "rename") rename(button);
  else act(button);
});

function keepFile(file) {
  const link = document.createElement("a");
  const isBinary = "base64" in file.dataset;
  const content = isBinary ? Uint8Array.from(atob(file.textContent), (one) => one.charCodeAt(0)) : file.textContent;
  const type = isBinary ? "application/octet-stream" : "text/plain;charset=utf-8";
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = file.dataset.file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function showTimes() {
  const form = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  for (const time of element.querySelectorAll("time")) time.textContent = form.format(new Date(time.dateTime));
}

if (isList) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    const menu = element.querySelector(".kept-more[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else trigger("clear", {});
  });
  document.addEventListener("click", ({ target }) => {
    const own = target.closest(".kept-more");
    element.querySelectorAll(".kept-more[open]").forEach((menu) => menu !== own && (menu.open = false));
  });
}

watch("value", () => {
  if (!isList) {
    const file = element.querySelector("[data-file]");
    if (file) keepFile(file);
    return;
  }
  showTimes();
  const isNarrow = matchMedia("(max-width: 860px)").matches;
  document.querySelector("#talk").inert = isOpen() && isNarrow; // on a phone the list lies over the conversation
  const isLost = document.activeElement === document.body || !document.activeElement;
  if (isOpen() && !wasOpen) document.querySelector("#history-search :is(input, textarea)").focus();
  else if (isOpen() && focused && isLost) element.querySelector(focused)?.focus();
  else if (!isOpen() && wasOpen && isLost) document.querySelector("#history").focus();
  focused = null;
  wasOpen = isOpen();
});
