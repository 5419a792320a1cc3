"use strict";
// Keeps where pages are sent, and the token, in this browser alone.
const browserApi = globalThis.browser ?? globalThis.chrome;
const field = (id) => document.getElementById(id);

browserApi.storage.local.get(["address", "token"]).then(({ address, token }) => {
  field("address").value = address ?? "";
  field("token").value = token ?? "";
});

field("server").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { origin } = new URL(field("address").value);
  await browserApi.storage.local.set({ address: origin, token: field("token").value.trim() });
  field("told").textContent = "Kept.";
});
