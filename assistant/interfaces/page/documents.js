// The drop zone: files are stored by the server first, then named to Python in one event.
const input = element.querySelector("input");
const zone = element.querySelector(".drop");

async function send(files) {
  if (files.length === 0) return;
  zone.classList.add("sending");
  try {
    const stored = await Promise.all(files.map((file) => upload(file)));
    trigger("upload", { files: stored.map(({ path }, place) => ({ path, name: files[place].name })) });
  } finally {
    zone.classList.remove("sending");
    input.value = "";
  }
}

input.addEventListener("change", () => send([...input.files]));
for (const kind of ["dragover", "dragleave", "drop"]) {
  zone.addEventListener(kind, (event) => {
    event.preventDefault();
    zone.classList.toggle("over", kind === "dragover");
    if (kind === "drop") send([...event.dataTransfer.files]);
  });
}
