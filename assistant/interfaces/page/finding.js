// The list of documents that mention something: a button's data attributes say what goes to Python. The list is put in
// anew when it changes, so what was pressed last is kept here.
let pressed = null;

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { open, turn, name, do: action, link } = button.dataset;
  if (open) {
    element.querySelectorAll(".active").forEach((other) => other.classList.remove("active"));
    button.classList.add("active");
    element.closest(".desk").querySelector(".desk-side").dataset.wish = JSON.stringify({ named: open });
    trigger("select", {});
  } else if (turn) {
    pressed = { name, isPage: turn.startsWith("page:") };
    element.closest("[id$=-found]").dataset.wish = JSON.stringify({ named: turn });
    trigger("edit", {});
  } else if (action === "link") {
    copy(button, new URL(link, location.href).href);
  } else if (action) {
    trigger("submit", { action });
  }
});

async function copy(button, text) {
  const field = document.createElement("textarea"); // without https, browsers have no clipboard
  field.value = text;
  field.className = "unseen";
  document.body.append(field);
  field.select();
  await (navigator.clipboard?.writeText(text) ?? document.execCommand("copy"));
  field.remove();
  button.focus();
  const name = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = name), 2000);
}

watch("value", () => {
  if (!pressed) return;
  const { name, isPage } = pressed;
  pressed = null;
  element.querySelector(`[data-name="${CSS.escape(name)}"]:not(:disabled)`)?.focus({ preventScroll: true });
  if (isPage) element.closest(".desk-list").scrollIntoView({ block: "start" });
});
