/* The donation page works without this file. It keeps the button's words and the fee in step with the choice, empties
   the field for another amount when a suggestion is chosen, holds back a second click, and lets the waiting thank-you
   page ask whether the money has arrived. The server computes every amount again. */

"use strict";

(() => {
  const form = document.querySelector("form[data-checkout]");
  if (form) enhance(form);
  const waiting = document.querySelector("[data-state-url]");
  if (waiting) waitFor(waiting.dataset.stateUrl);
  document.querySelector("[data-focus]")?.focus();

  function enhance(form) {
    const { locale, currency } = form.dataset;
    const exponent = Number(form.dataset.exponent);
    const other = form.elements.other_amount;
    const button = form.querySelector("button[type=submit]");
    const plainLabel = button.textContent;
    const feeAmount = form.querySelector("[data-fee-amount]");

    const checked = (name) => form.querySelector(`[name="${name}"]:checked`)?.value;

    function format(minor) {
      const isWhole = minor % 10 ** exponent === 0;
      const digits = isWhole ? 0 : exponent;
      return new Intl.NumberFormat(locale, {
        style: "currency",
        currency,
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(minor / 10 ** exponent);
    }

    /* Reads only what can be read in one way; anything else is left to the server's message. */
    function typedAmount() {
      const match = /^(\d{1,9})(?:[.,](\d{1,2}))?$/.exec(other.value.trim());
      if (!match || (match[2] ?? "").length > exponent) return null;
      return Number(match[1] + (match[2] ?? "").padEnd(exponent, "0"));
    }

    function chosenAmount(frequency) {
      const choice = checked(`amount_${frequency}`);
      if (choice === "other") return typedAmount();
      return choice ? Number(choice) : null;
    }

    /* The same formula as the server's: what must be added so that the fee on the sum is covered, rounded up. */
    function feeCover(amount) {
      const points = Number(form.dataset.feeBasisPoints);
      const fixed = Number(form.dataset.feeFixed);
      const step = Number(form.dataset.step);
      const addition = Math.ceil((amount * points + fixed * 10000) / (10000 - points));
      return Math.ceil(addition / step) * step;
    }

    function update() {
      const frequency = checked("frequency");
      const amount = frequency ? chosenAmount(frequency) : null;
      if (amount) {
        const fee = feeCover(amount);
        const total = amount + (form.elements.cover_fee?.checked ? fee : 0);
        button.textContent = button.dataset[frequency].replace("{}", format(total));
        if (feeAmount) feeAmount.textContent = ` (${format(fee)} on this gift)`;
      } else {
        button.textContent = plainLabel;
        if (feeAmount) feeAmount.textContent = "";
      }
    }

    form.addEventListener("change", (event) => {
      const { name, value } = event.target;
      if (name.startsWith("amount_")) {
        if (value === "other") other.focus();
        else other.value = "";
      }
      if (name === "frequency" && checked(`amount_${value}`) !== "other") other.value = "";
      update();
    });
    other.addEventListener("input", update);
    form.addEventListener("submit", (event) => {
      if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
      button.setAttribute("aria-disabled", "true");
    });
    /* Coming back from the hosted page, a browser may show this page as it was left. */
    window.addEventListener("pageshow", () => {
      button.removeAttribute("aria-disabled");
      update();
    });
    form.querySelectorAll("[data-currency-link]").forEach((link) => {
      link.addEventListener("click", () => {
        const url = new URL(link.href);
        url.searchParams.set("frequency", checked("frequency") ?? "");
        link.href = url.href;
      });
    });
    update();
  }

  /* Asks every 2 seconds at first and ever more slowly, for about 10 minutes; the link on the page always works. */
  function waitFor(url, pause = 2000) {
    if (pause > 60000) return;
    setTimeout(async () => {
      try {
        const answer = await fetch(url, { headers: { Accept: "application/json" } });
        if (answer.ok && (await answer.json()).state !== "confirming") {
          window.location.reload();
          return;
        }
      } catch {
        /* Offline for a moment: the next turn asks again. */
      }
      waitFor(url, pause * 1.15);
    }, pause);
  }
})();
