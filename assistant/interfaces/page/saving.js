"use strict";
// Whoever opened this window hands over a page of its own site; nothing is saved before somebody says so here.
const READY = "citewell: ready";
const LOOKS_MILLISECONDS = 500;
const shown = (id) => document.getElementById(id);

async function makeBookmark() {
  const capture = (await (await fetch("/save/capture.js")).text()).trim();
  const script = `(() => { const page = ${capture}, home = ${JSON.stringify(location.origin)};
    const opened = open(home + "/save", "citewell-save", "width=560,height=420");
    addEventListener("message", function hear({ source, origin, data }) {
      if (source !== opened || origin !== home || data !== ${JSON.stringify(READY)}) return;
      removeEventListener("message", hear);
      opened.postMessage(page, home);
    }); })()`;
  shown("bookmark").href = `javascript:${encodeURIComponent(script)}`;
}

function isPageOf(origin, { address, title, html }) {
  if (![address, title, html].every((one) => typeof one === "string")) return false;
  try {
    return new URL(address).origin === origin;
  } catch {
    return false;
  }
}

async function whenEnded(response) {
  let told = await response.json();
  if (!response.ok) throw new Error(told.detail ?? response.statusText);
  while (!told.ended_at) {
    await new Promise((go) => setTimeout(go, LOOKS_MILLISECONDS));
    told = await (await fetch(`/api/v1/jobs/${told.id}`)).json();
  }
  const problem = told.problem?.detail ?? told.sync?.failed?.[0]?.reason;
  if (problem) throw new Error(problem);
}

async function save(page) {
  const form = new FormData();
  form.append("address", page.address);
  form.append("title", page.title);
  form.append("files", new Blob([page.html], { type: "text/html" }), "page.html");
  shown("save").disabled = true;
  shown("told").textContent = "Saving…";
  try {
    await whenEnded(await fetch("/api/v1/documents", { method: "POST", body: form }));
    shown("told").textContent = "Saved.";
  } catch (error) {
    shown("told").textContent = `Not saved: ${error.message}`;
    shown("save").disabled = false;
  }
}

addEventListener("message", ({ source, origin, data }) => {
  if (!opener || source !== opener || !data || !isPageOf(origin, data)) return;
  shown("how").hidden = true;
  shown("page").hidden = false;
  shown("title").textContent = data.title;
  shown("address").textContent = data.address;
  shown("save").onclick = () => save(data);
  shown("save").focus();
});
makeBookmark();
opener?.postMessage(READY, "*"); // says nothing but that this window listens
