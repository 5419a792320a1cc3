"use strict";
// Sends the page in the tab, as it is seen, to the Citewell that the options name, with the token from there.
const browserApi = globalThis.browser ?? globalThis.chrome;
const LOOKS_MILLISECONDS = 500;

async function show(tabId, badge, title) {
  await browserApi.action.setBadgeText({ tabId, text: badge });
  await browserApi.action.setTitle({ tabId, title });
}

async function asked(server, path, options = {}) {
  const headers = { Authorization: `Bearer ${server.token}` };
  const response = await fetch(`${server.address}/api/v1/${path}`, { ...options, headers, credentials: "omit" });
  const told = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(told.detail ?? `${server.address} answered ${response.status}.`);
  return told;
}

async function send(server, page) {
  const form = new FormData();
  form.append("address", page.address);
  form.append("title", page.title);
  form.append("files", new Blob([page.html], { type: "text/html" }), "page.html");
  let job = await asked(server, "documents", { method: "POST", body: form });
  while (!job.ended_at) {
    await new Promise((go) => setTimeout(go, LOOKS_MILLISECONDS));
    job = await asked(server, `jobs/${job.id}`);
  }
  const problem = job.problem?.detail ?? job.sync?.failed?.[0]?.reason;
  if (problem) throw new Error(problem);
}

async function save(tab) {
  const server = await browserApi.storage.local.get(["address", "token"]);
  if (!server.address || !server.token) {
    await browserApi.runtime.openOptionsPage();
    return;
  }
  try {
    await show(tab.id, "…", "Saving to Citewell");
    const [{ result }] = await browserApi.scripting.executeScript({
      target: { tabId: tab.id },
      files: ["capture.js"],
    });
    await send(server, result);
    await show(tab.id, "✓", "Saved to Citewell");
  } catch (error) {
    await show(tab.id, "!", `Not saved: ${error.message}`);
  }
}

browserApi.action.onClicked.addListener(save);
