// The drop zone: files are stored by the server first, then named to Python in one event.
const input = element.querySelector("input");
const zone = element.querySelector(".drop");

async function send(files) {
  if (files.length === 0) return;
  zone.classList.add("sending");
  const stored = await Promise.allSettled(files.map((file) => upload(file)));
  zone.classList.remove("sending");
  input.value = "";
  trigger("upload", {
    files: stored.map(({ value }, place) => ({ path: value?.path ?? null, name: files[place].name })),
  });
}

input.addEventListener("change", () => send([...input.files]));
for (const kind of ["dragover", "dragleave", "drop"]) {
  zone.addEventListener(kind, (event) => {
    event.preventDefault();
    zone.classList.toggle("over", kind === "dragover");
    if (kind === "drop") send([...event.dataTransfer.files]);
  });
}
