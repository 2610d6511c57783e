// Looks again for a file that is being written, until it is there; without it the page has a link that does so.
"use strict";

const EVERY = 2000;

async function look() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-part]")) {
    const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (fresh) part.replaceChildren(...fresh.childNodes);
  }
  if (page.querySelector("[data-pending]")) setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
