(() => {
  // The page as it is seen: what is not shown is left out, and so is what is not text.
  const NOT_TEXT = 'script:not([type="application/ld+json"]), style, noscript, template, iframe, object, embed, canvas, '
    + 'video, audio, svg, input, link[rel~="stylesheet"], link[rel~="preload"]';
  const copy = document.documentElement.cloneNode(true);
  const copied = [...copy.querySelectorAll("body *")];
  [...document.querySelectorAll("body *")].forEach((one, place) => {
    if (getComputedStyle(one).display === "none" && copied[place]) copied[place].dataset.citewellUnseen = "";
  });
  copy.querySelectorAll(`${NOT_TEXT}, body [data-citewell-unseen]`).forEach((one) => one.remove());
  copy.querySelectorAll('img[src^="data:"]').forEach((one) => one.removeAttribute("src"));
  return { address: location.href, title: document.title, html: `<!doctype html>${copy.outerHTML}` };
})()
