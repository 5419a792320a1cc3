// The days are chosen as the browser's own calendar has it; their fields come when the line is folded out.
const asDays = () => document.querySelectorAll("#narrowing .day input").forEach((field) => (field.type = "date"));
asDays();
new MutationObserver(asDays).observe(document.querySelector("#narrowing"), { childList: true, subtree: true });
