// The small card beside a citation's number: there while the pointer or the focus is on either, gone with Escape.
const MARGIN = 12;
let peeked = null;
let leaving = 0;

function peek(cite) {
  clearTimeout(leaving);
  const card = document.getElementById(cite.getAttribute("aria-describedby"));
  if (!card || card === peeked) return;
  unpeek();
  peeked = card;
  card.hidden = false;
  const place = cite.getBoundingClientRect();
  const rightmost = document.documentElement.clientWidth - card.offsetWidth - MARGIN;
  const below = place.bottom + 6;
  const fits = below + card.offsetHeight + MARGIN < document.querySelector("#composer").getBoundingClientRect().top;
  card.style.left = `${Math.max(MARGIN, Math.min(place.left - 24, rightmost))}px`;
  card.style.top = `${fits ? below : Math.max(MARGIN, place.top - card.offsetHeight - 6)}px`;
}

function unpeek() {
  clearTimeout(leaving);
  if (peeked) peeked.hidden = true;
  peeked = null;
}

element.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  const cite = event.target.closest(".cite");
  if (cite) peek(cite);
  else if (event.target.closest(".peek")) clearTimeout(leaving);
});
element.addEventListener("pointerout", (event) => {
  if (event.target.closest(".cite, .peek")) leaving = setTimeout(unpeek, 200);
});
element.addEventListener("focusin", (event) => {
  if (event.target.matches(".cite:focus-visible")) peek(event.target);
});
element.addEventListener("focusout", unpeek);
element.addEventListener("click", unpeek);
document.addEventListener("scroll", unpeek, { passive: true });
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || !peeked) return;
    unpeek();
    event.stopImmediatePropagation();
  },
  true,
);
