// The sources panel: its buttons go to Python; the highlighted sentence is brought to the middle of the text.
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-open]");
  if (button) trigger("select", { index: button.dataset.open, value: null });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") element.querySelector(".back")?.click();
});

watch("value", () => {
  const text = element.querySelector(".document");
  const found = text?.querySelector("mark") ?? text?.querySelector(".passage");
  if (!found) return;
  const above = found.getBoundingClientRect().top - text.getBoundingClientRect().top;
  text.scrollTop += above - Math.max((text.clientHeight - found.clientHeight) / 2, 24);
  element.querySelector(".back").focus({ preventScroll: true });
});
