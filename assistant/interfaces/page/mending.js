// The conversation is put in by this script alone: its template shows nothing. Most values are one exchange, which goes
// behind those that are there already and are not touched. What is shown becomes what it shall be node by node, so that
// the focus, a selection and what was unfolded stay in an answer while it grows.
const OWN = new Set(["open", "hidden"]); // told by whoever reads, not by Python

function mend(shown, wanted) {
  if (shown.nodeName !== wanted.nodeName) return shown.replaceWith(wanted);
  if (shown.nodeType !== Node.ELEMENT_NODE) {
    if (shown.data !== wanted.data) shown.data = wanted.data;
    return;
  }
  if (shown.nodeName === "TEMPLATE") {
    if (shown.innerHTML !== wanted.innerHTML) shown.replaceWith(wanted);
    return;
  }
  for (const { name } of [...shown.attributes]) if (!wanted.hasAttribute(name) && !OWN.has(name)) shown.removeAttribute(name);
  for (const { name, value } of wanted.attributes)
    if (shown.getAttribute(name) !== value && !OWN.has(name)) shown.setAttribute(name, value);
  mendChildren(shown, wanted, 0);
}

function mendChildren(shown, wanted, from) {
  const nodes = [...wanted.childNodes];
  [...shown.childNodes].slice(from + nodes.length).forEach((one) => one.remove());
  nodes.forEach((one, place) => {
    const there = shown.childNodes[from + place];
    if (there) mend(there, one);
    else shown.append(one);
  });
}

// Where the page lacks what comes before an exchange, for whatever reason, it asks for the whole conversation.
function isBehind(turns, part) {
  const earlier = [...(turns?.children ?? [])].slice(0, part.dataset.from);
  const [here, there] = [turns?.dataset.conversation, part.dataset.conversation];
  const isAnother = here && there && here !== there;
  return isAnother || earlier.length < part.dataset.from || earlier.some(({ dataset }) => dataset.stage === "answering");
}

// Puts the last exchange behind those that are shown.
function putLast(turns, part) {
  const earlier = [...turns.children].slice(0, part.dataset.from);
  mendChildren(turns, part, earlier.length);
  turns.dataset.conversation = part.dataset.conversation;
  for (const one of earlier) {
    one.classList.remove("linked");
    one.querySelectorAll("[data-do=retry], [data-do=edit]").forEach((button) => button.remove());
  }
}

// The last exchange as it came last: the whole conversation, which was asked for before that, may come after it.
let newest = null;

function putConversation() {
  const arrived = document.createElement("template");
  arrived.innerHTML = props.value ?? "";
  const part = arrived.content.querySelector(".turns[data-from]");
  if (!part) return putWhole(arrived.content);
  newest = part.cloneNode(true);
  const turns = element.querySelector(".turns");
  if (isBehind(turns, part)) return trigger("whole", {});
  if (turns) putLast(turns, part);
  else element.replaceChildren(arrived.content);
}

function putWhole(content) {
  const turns = content.querySelector(".turns");
  const wasAskedFor = turns && !turns.querySelector(".linked"); // of what is opened, one exchange is linked
  if (!wasAskedFor || newest?.dataset.conversation !== turns.dataset.conversation) newest = null;
  if (newest) putLast(turns, newest.cloneNode(true));
  element.replaceChildren(content);
}
