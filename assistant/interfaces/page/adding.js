// The drop zone: files are stored by the server first, a few at a time, each with a bar of its own; then they are named
// to Python in one event. What was sent is kept, so that what failed can be sent again.
const AT_ONCE = 3;
const zone = element.querySelector(".drop");
const input = element.querySelector("input");
const list = element.querySelector(".sending");
const limits = element.querySelector(".adder").dataset;
let kept = new Map(); // name -> File, of what was sent last
let requests = null; // those under way, while files are being stored

function store(file, bar) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("files", file);
    requests.add(request);
    request.upload.onprogress = ({ loaded, total }) => (bar.value = total ? loaded / total : 0);
    request.onloadend = () => {
      requests?.delete(request);
      bar.value = 1;
      resolve(request.status === 200 ? JSON.parse(request.responseText)[0] : null);
    };
    request.open("POST", new URL("gradio_api/upload", document.baseURI));
    request.send(form);
  });
}

function row(name) {
  const item = list.querySelector("ul").appendChild(document.createElement("li"));
  item.appendChild(document.createElement("b")).textContent = name;
  const bar = item.appendChild(document.createElement("progress"));
  bar.setAttribute("aria-label", name);
  bar.value = 0;
  return bar;
}

function isTaken(file, budget) {
  budget.megabytes -= file.size / 1e6;
  budget.files -= 1;
  return file.size <= limits.largestMegabytes * 1e6 && budget.files >= 0 && budget.megabytes >= 0;
}

async function send(named) {
  if (named.length === 0 || requests) return;
  kept = new Map(named.map(({ name, file }) => [name, file]));
  requests = new Set();
  list.innerHTML = '<div class="job-head"><b>Sending</b><button type="button">Cancel</button></div><ul tabindex="0"></ul>';
  let isStopped = false;
  list.querySelector("button").addEventListener("click", () => {
    isStopped = true;
    requests.forEach((request) => request.abort());
  });
  zone.classList.add("sends");
  const budget = { files: Number(limits.mostFiles), megabytes: Number(limits.mostMegabytes) };
  const files = named.map(({ name, file }) => ({ name, file, path: null, isTaken: isTaken(file, budget) }));
  const waiting = files.filter((one) => one.isTaken);
  const sendNext = async () => {
    for (let one = waiting.shift(); one && !isStopped; one = waiting.shift()) one.path = await store(one.file, row(one.name));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendNext));
  zone.classList.remove("sends");
  list.replaceChildren();
  input.value = "";
  requests = null;
  trigger("upload", { files: files.map(({ name, path }) => ({ name, path })), stopped: isStopped });
}

// A folder brings the names of its folders along; what is hidden in it is left out.
const isHidden = (name) => name.split("/").some((part) => part.startsWith("."));
const fromFolder = (files) =>
  [...files].map((file) => ({ name: file.webkitRelativePath || file.name, file })).filter(({ name }) => !isHidden(name));

async function filesBelow(entry, folder = "") {
  const name = folder + entry.name;
  if (folder && isHidden(entry.name)) return [];
  if (entry.isFile) return new Promise((resolve) => entry.file((file) => resolve([{ name, file }]), () => resolve([])));
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (some.length === 0) return found;
    for (const inner of some) found.push(...(await filesBelow(inner, `${name}/`)));
  }
}

input.addEventListener("change", () => send([...input.files].map((file) => ({ name: file.name, file }))));
element.querySelector(".folder").addEventListener("click", () => {
  const chooser = document.createElement("input");
  Object.assign(chooser, { type: "file", webkitdirectory: true, multiple: true });
  chooser.addEventListener("change", () => send(fromFolder(chooser.files)));
  chooser.click();
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  zone.addEventListener(kind, async (event) => {
    event.preventDefault();
    zone.classList.toggle("over", kind === "dragover");
    if (kind !== "drop") return;
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    send((await Promise.all(entries.map((entry) => filesBelow(entry)))).flat());
  });
}
document.addEventListener("citewell:resend", ({ detail }) => {
  send(detail.filter((name) => kept.has(name)).map((name) => ({ name, file: kept.get(name) })));
});
document.addEventListener("citewell:can-resend", ({ detail }) => {
  detail.button.hidden = !detail.names.some((name) => kept.has(name));
});
