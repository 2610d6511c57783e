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
    const [minimum, maximum] = [Number(form.dataset.minimum), Number(form.dataset.maximum)];
    const signs = form.dataset.signs.split(" ");
    const other = form.elements.other_amount;
    const button = form.querySelector("button[data-once]");
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

    /* Reads only what can be read in one way: 7, £7, 7.50, 1,000, $1,234.5. The rest is left to the server's words. */
    function typedAmount() {
      const match = /^(\d{1,9}|\d{1,3}(?:([,.' ])\d{3})(?:\2\d{3})*)(?:([.,])(\d{1,2}))?$/.exec(withoutSign());
      if (!match) return null;
      const [, whole, group, mark, fraction = ""] = match;
      /* 1.000 and, where a currency has three decimals, 1,000 could be either a thousand or one. */
      const isDoubtful = group && (group === mark || (!mark && (group === "." || (group === "," && exponent === 3))));
      if (isDoubtful || fraction.length > exponent) return null;
      return Number(whole.replace(/\D/g, "") + fraction.padEnd(exponent, "0"));
    }

    function withoutSign() {
      const text = other.value.trim().toLowerCase();
      const sign = signs.find((each) => text.startsWith(each) || text.endsWith(each));
      if (!sign) return text;
      return (text.startsWith(sign) ? text.slice(sign.length) : text.slice(0, -sign.length)).trim();
    }

    function chosenAmount(frequency) {
      const choice = checked(`amount_${frequency}`);
      const amount = choice === "other" ? typedAmount() : Number(choice ?? 0);
      return amount >= minimum && amount <= maximum ? amount : null;
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
      if (event.submitter?.name === "switch_currency") return;
      if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
      button.setAttribute("aria-disabled", "true");
    });
    /* Coming back from the hosted page, a browser may show this page as it was left. */
    window.addEventListener("pageshow", () => {
      button.removeAttribute("aria-disabled");
      update();
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
