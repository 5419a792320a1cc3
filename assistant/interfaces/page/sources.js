// The sources panel: its buttons go to Python; the highlighted words are brought into sight, the focus comes and goes
// with the document.
const side = element.closest("#side, .search-side");
const beside = side.id === "side" ? "talk" : side.id.replace("-side", "-list"); // what it lies over on a phone
let opened = null;
let turned = null;
let isEnlarged = false;

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-open], [data-zoom]");
  if (!button) return;
  if (button.dataset.zoom !== undefined) {
    isEnlarged = !isEnlarged;
    enlarge();
    bringIntoSight();
    return;
  }
  turned = button.dataset.turn ?? null;
  element.querySelector(".document")?.setAttribute("aria-busy", "true");
  side.dataset.wish = JSON.stringify({ named: button.dataset.open });
  trigger("select", {});
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && element.checkVisibility()) element.querySelector(".back")?.click();
});
element.addEventListener("keydown", (event) => {
  const name = { ArrowLeft: "previous", ArrowRight: "next" }[event.key];
  if (name && !isEnlarged) element.querySelector(`[data-turn="${name}"]`)?.click();
});

function enlarge() {
  element.querySelector(".drawn")?.classList.toggle("enlarged", isEnlarged);
  element.querySelector("[data-zoom]")?.setAttribute("aria-pressed", isEnlarged);
}

function bringIntoSight() {
  const text = element.querySelector(".document");
  const picture = text?.querySelector("img");
  if (picture) {
    const mark = Number(text.dataset.mark ?? 0) * picture.offsetHeight;
    text.scrollTop = text.dataset.mark ? mark - text.clientHeight / 3 : 0;
    return;
  }
  const found = text?.querySelector("mark") ?? text?.querySelector(".passage");
  if (!found) return;
  const above = found.getBoundingClientRect().top - text.getBoundingClientRect().top;
  text.scrollTop += above - Math.max((text.clientHeight - found.clientHeight) / 2, 24);
}

function giveFocusBack(target) {
  const opener = `#${beside} [data-open="${target}"]`;
  const found = document.querySelector(`${opener}.active`) ?? document.querySelector(opener);
  found?.focus({ preventScroll: true });
}

if (element.closest("#reading, [id$=-reading]")) {
  watch("value", () => {
    const panel = element.querySelector(".panel-reading");
    const isLost = document.activeElement === document.body;
    const isNarrow = matchMedia("(max-width: 860px)").matches;
    document.querySelector(`#${beside}`).inert = Boolean(panel) && isNarrow; // on a phone the document lies over it
    if (panel) {
      enlarge();
      bringIntoSight();
      const button = turned && element.querySelector(`[data-turn="${turned}"]:not(:disabled)`);
      (button || element.querySelector(".back")).focus({ preventScroll: true });
    } else if (opened && isLost) {
      giveFocusBack(opened);
    }
    opened = panel?.dataset.of ?? null;
    turned = null;
  });
}
