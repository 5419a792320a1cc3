// The days are chosen as the browser's own calendar has it; their fields come when the line is folded out.
const line = element.closest(".narrowing");
const asDays = () => line.querySelectorAll(".day input").forEach((field) => (field.type = "date"));
asDays();
new MutationObserver(asDays).observe(line, { childList: true, subtree: true });
