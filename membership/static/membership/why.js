/* Shows the trace of a decision when its reader asks for it. It comes in the address's fragment and goes nowhere. */

"use strict";

(() => {
  const code = location.hash.slice(1);
  const section = document.querySelector("[data-trace]");
  if (!section || !/^[zj][\w-]+$/.test(code)) return;

  const button = section.querySelector("button");
  const answer = section.querySelector("[data-trace-answer]");

  async function unpacked() {
    const text = atob(code.slice(1).replace(/-/g, "+").replace(/_/g, "/"));
    const blob = new Blob([Uint8Array.from(text, (each) => each.charCodeAt(0))]);
    const plain = code[0] === "j" ? blob : blob.stream().pipeThrough(new DecompressionStream("deflate"));
    const { b, c } = JSON.parse(await new Response(plain).text());
    return JSON.stringify({ bundle: b, ...c }, null, 2);
  }

  button.addEventListener("click", async () => {
    const isShown = answer.hidden;
    answer.hidden = !isShown;
    button.setAttribute("aria-expanded", String(isShown));
    button.textContent = isShown ? "Hide it" : "Show it";
    answer.querySelector("textarea").value = code;
    const holds = answer.querySelector("pre");
    try {
      holds.textContent = await unpacked();
    } catch {
      holds.textContent = "This code is not whole: part of the address is missing.";
    }
  });
  section.hidden = false;
})();
