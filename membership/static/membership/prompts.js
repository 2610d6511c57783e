/* Decides and shows Masthead's prompts in a reader's browser. What it reads of the reader stays there: see docs/prompts.md.
   The first half is the pure decision, the same as membership/prompts/rules; the second half is the page. */

"use strict";

(() => {
  const DAY = 86400;
  const ASKABLE = ["anonymous", "registered", "lapsed"];
  const GIVING = ["one_off", "recurring", "paused", "payment_failing", "ending"];

  /* MurmurHash3 x86 32 of the UTF-8 bytes, seed 0. */
  function murmur3(text) {
    const bytes = new TextEncoder().encode(text);
    const { length } = bytes;
    const mix = (word) => {
      word = Math.imul(word, 0xcc9e2d51);
      return Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    };
    let hash = 0;
    let at = 0;
    for (; at + 4 <= length; at += 4) {
      hash ^= mix(bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24));
      hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
    }
    if (at < length) hash ^= mix(bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16));
    hash ^= length;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  /* In which of `parts` equal parts the text's hash lies; exact below 2 ** 53. */
  const share = (text, parts) => Math.floor((murmur3(text) * parts) / 2 ** 32);

  const overlap = (some, others) => some.some((each) => others.includes(each));
  const allowed = (list, value) => !list?.length || list.includes(value);
  const picked = (rule, values) =>
    !rule || ((!rule.in?.length || overlap(rule.in, values)) && !overlap(rule.out ?? [], values));
  const isAsking = ({ kind }) => kind === "ask" || kind === "invite";
  const live = (campaign) => campaign.variants.filter(({ weight }) => weight > 0);

  const uncapped = ({ views, days, gap = 0 }, seen, now) =>
    (views === undefined || seen.filter((at) => at > now - days * DAY).length < views) &&
    seen.every((at) => now >= at + gap);

  function effectiveState({ status }, { now, reader }) {
    const { state, as_of } = reader;
    if (ASKABLE.includes(state)) return state;
    const isStale = as_of > 0 && now - as_of > status.fresh + status.grace;
    return GIVING.includes(state) && !isStale ? state : "anonymous";
  }

  function articlesRead({ now, history }, days = 30) {
    const today = Math.floor(now / DAY);
    return history.reads.reduce(
      (sum, [day, count]) => (today - days < day && day <= today ? sum + count : sum),
      0,
    );
  }

  /* The prices of the campaign's offer where the reader is. */
  function priceSet(bundle, campaign, country) {
    const offer = bundle.offers[campaign.offer];
    return offer?.sets[Object.hasOwn(offer.of, country) ? offer.of[country] : offer.other];
  }

  const countryOf = (bundle, { page, reader }) => reader.country || bundle.editions[page.edition].country;

  /* Every value that words may name; a missing one is empty. */
  function values(bundle, context, campaign) {
    const { now, tz, page } = context;
    const edition = bundle.editions[page.edition];
    const country = countryOf(bundle, context);
    const prices = priceSet(bundle, campaign, country);
    const goal = campaign.goal?.[prices?.currency];
    const local = new Date((now + tz * 60) * 1000);
    const left = campaign.countdown - now;
    const date = { d: local.getUTCDate(), month: edition.months[local.getUTCMonth()] };
    return {
      newspaper: bundle.newspaper,
      from_price: prices?.from_price,
      country: bundle.names[page.edition]?.[country],
      article_count: articlesRead(context, campaign.reads?.days),
      day: edition.days[(local.getUTCDay() + 6) % 7],
      date: fill(edition.date, date),
      goal: goal?.goal,
      total: goal?.total,
      percent: goal?.percent,
      days_left: left > 0 ? Math.ceil(left / DAY) : "",
    };
  }

  const PLACEHOLDER = /\{(\w+)\}/g;
  const fill = (text, known) => text.replace(PLACEHOLDER, (_, name) => known[name]);

  function knowsValues(bundle, context, campaign) {
    const known = values(bundle, context, campaign);
    return live(campaign).every(({ copy }) =>
      Object.values(copy[context.page.edition]).every((text) =>
        [...text.matchAll(PLACEHOLDER)].every(([, name]) => String(known[name] ?? "") !== ""),
      ),
    );
  }

  /* Each filter gets the campaign, the context and what is known of this page so far. The first that fails is the reason. */
  const FILTERS = [
    ["supporters_are_not_asked", (c, x, { state }) => c.kind !== "ask" || ASKABLE.includes(state)],
    ["is_scheduled", (c, { now }) => now >= (c.from ?? now) && now < (c.to ?? Infinity)],
    ["state", (c, x, { state }) => c.states.includes(state)],
    [
      "quiet_time_is_over",
      (c, { now, reader, history }) =>
        !isAsking(c) || (reader.quiet_until <= now && history.paused_until <= now),
    ],
    ["signed_in", (c, { reader }) => (c.signed_in ?? reader.signed_in) === reader.signed_in],
    ["country", (c, { reader }) => picked(c.countries, [reader.country])],
    ["region", (c, { reader }) => picked(c.regions, [reader.region])],
    ["edition", (c, { page }) => allowed(c.editions, page.edition)],
    [
      "words_for_edition",
      (c, { page }) => live(c).length && live(c).every(({ copy }) => Object.hasOwn(copy, page.edition)),
    ],
    ["section", (c, { page }) => picked(c.sections, [page.section])],
    ["tags", (c, { page }) => picked(c.tags, page.tags)],
    ["type", (c, { page }) => picked(c.types, [page.type])],
    ["device", (c, { reader }) => allowed(c.devices, reader.device)],
    [
      "reads",
      (c, x) => {
        const { days, min = 0, max = Infinity } = c.reads ?? {};
        const count = articlesRead(x, days);
        return !c.reads || (min <= count && count <= max);
      },
    ],
    ["referrer", (c, { reader }) => allowed(c.referrers, reader.referrer)],
    ["code", (c, { reader }) => allowed(c.codes, reader.code)],
    ["tenure", (c, { reader }) => allowed(c.tenures, reader.tenure)],
    ["tier", (c, { reader }) => allowed(c.tiers, reader.tier)],
    ["band", (c, { reader }) => allowed(c.bands, reader.band)],
    ["abandoned", (c, { reader }) => (c.abandoned ?? null) === null || c.abandoned === reader.hints.includes("abandoned")],
    ["hint", (c, { reader }) => !c.hint || reader.hints.includes(c.hint)],
    ["one_ask_a_page", (c, x, { hasAsked }) => !isAsking(c) || !hasAsked],
    [
      "slot_cap",
      (c, { now, history }, { slot }) =>
        !isAsking(c) ||
        uncapped(slot, history.views.filter((view) => view[1] === slot.id).map((view) => view[2]), now),
    ],
    [
      "campaign_cap",
      (c, { now, history }) =>
        !c.caps || uncapped(c.caps, history.views.filter((view) => view[0] === c.id).map((view) => view[2]), now),
    ],
    [
      "ask_budget",
      (c, { now, history }, { bundle: { budget } }) =>
        !isAsking(c) ||
        uncapped({ views: budget.asks, days: budget.days }, history.views.filter((view) => view[3]).map((view) => view[2]), now),
    ],
    [
      "cooldown",
      (c, { now, history: { dismissed } }, { bundle: { budget: { cooldown } } }) => {
        const count = dismissed.filter((at) => at > now - 180 * DAY).length;
        if (!isAsking(c) || !count || !cooldown?.length) return true;
        return now >= Math.max(...dismissed) + cooldown[Math.min(count, cooldown.length) - 1] * DAY;
      },
    ],
    [
      "quiet_hours",
      (c, { now, tz }, { bundle: { budget: { quiet } } }) => {
        if (!isAsking(c) || !quiet) return true;
        const [from, to] = quiet;
        const hour = Math.floor((now + tz * 60) / 3600) % 24;
        return from <= to ? hour < from || hour >= to : hour < from && hour >= to;
      },
    ],
    ["values_are_known", (c, x, { bundle }) => knowsValues(bundle, x, c)],
  ];

  const PAGE_FILTERS = [
    ["bundle_is_current", (b, { now }) => b.at - 300 <= now && now < b.until],
    ["page_takes_prompts", (b, { page }) => !page.opt_out],
    ["page_is_not_sensitive", (b, { page }) => !page.sensitive],
    ["edition_is_known", (b, { page }) => Object.hasOwn(b.editions, page.edition)],
  ];

  const firstFailed = (filters, ...given) => filters.find(([, test]) => !test(...given))?.[0];

  function choose(campaign, { seed, history }) {
    const variants = live(campaign);
    if (seed === null) return [variants[0], "default"];
    const experiment = campaign.experiment ?? campaign.id;
    let variant = variants.find(({ id }) => id === history.arms[experiment]);
    if (!variant) {
      let point = share(`${experiment}:${seed}`, variants.reduce((sum, { weight }) => sum + weight, 0));
      variant = variants.find(({ weight }) => (point -= weight) < 0);
    }
    return [variant, variant.id];
  }

  /* What each slot of the page shows, and why: docs/prompts.md describes the answer. */
  function decidePage(bundle, context) {
    const { page, seed } = context;
    const known = bundle.slots.filter(({ id }) => page.slots.includes(id));
    const unknown = page.slots.filter((id) => !known.some((slot) => slot.id === id));
    const nothing = (slot, reason, trace = []) => ({ slot, campaign: null, variant: null, arm: "", reason, trace });
    const refused = firstFailed(PAGE_FILTERS, bundle, context);
    const scope = { bundle, state: effectiveState(bundle, context), hasAsked: false };
    const isHeldOut = seed !== null && share(`${bundle.holdout.id}:${seed}`, 1e6) < bundle.holdout.ppm;

    function decide(slot) {
      if (refused) return nothing(slot.id, refused);
      const exclusion = bundle.exclusions.find(
        ({ slots, sections = [], tags = [], types = [] }) =>
          allowed(slots, slot.id) &&
          (sections.includes(page.section) || overlap(tags, page.tags) || types.includes(page.type)),
      );
      if (exclusion) return nothing(slot.id, `exclusion:${exclusion.id}`);
      const trace = [];
      for (const campaign of bundle.campaigns) {
        if (!campaign.slots.includes(slot.id)) continue;
        const failed = firstFailed(FILTERS, campaign, context, { ...scope, slot });
        trace.push([campaign.id, failed ?? "shown"]);
        if (failed) continue;
        scope.hasAsked ||= isAsking(campaign);
        if (campaign.kind === "ask" && isHeldOut) {
          return { ...nothing(slot.id, "holdout", trace), arm: "holdout", held: campaign.id };
        }
        const [variant, arm] = choose(campaign, context);
        return { slot: slot.id, campaign: campaign.id, variant: variant.id, arm, reason: "shown", trace };
      }
      return nothing(slot.id, "nothing_fits", trace);
    }

    return { slots: [...known.map(decide), ...unknown.map((id) => nothing(id, refused ?? "slot_is_known"))] };
  }

  globalThis.MastheadPrompts = { decidePage, murmur3 };
})();
