// The conversation: clicks go to Python by what a button's data attribute names; the newest question stays in view.
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-open], [data-example]");
  if (!button) return;
  if (button.dataset.example !== undefined) {
    trigger("example_select", { index: button.dataset.example, value: null });
    return;
  }
  element.querySelectorAll(".cite.active").forEach((other) => other.classList.remove("active"));
  button.classList.add("active");
  trigger("select", { index: button.dataset.open, value: null });
});

let turns = 0;
watch("value", () => {
  const shown = element.querySelectorAll(".turn");
  if (shown.length > turns) shown[shown.length - 1].scrollIntoView({ block: "start", behavior: "smooth" });
  turns = shown.length;
});
