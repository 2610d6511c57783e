/* Decides on prompts in the reader's browser, as docs/prompts.md says: first the rules, then the page. */

"use strict";

(() => {
  const DAY = 86400;
  const ASKABLE = ["anonymous", "registered", "lapsed"];
  const GIVING = ["one_off", "recurring", "paused", "payment_failing", "ending"];
  const PLACEHOLDER = /\{([a-z_]+)\}/g;

  /* MurmurHash3 x86 32, seed 0. */
  function murmur3(text) {
    const bytes = new TextEncoder().encode(text);
    const { length } = bytes;
    let hash = 0;
    for (let at = 0; at < length; at += 4) {
      let word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
      word = Math.imul(word, 0xcc9e2d51);
      hash ^= Math.imul((word << 15) | (word >>> 17), 0x1b873593);
      if (at + 4 <= length) hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
    }
    hash ^= length;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  const share = (text, parts) => Math.floor((murmur3(text) * parts) / 2 ** 32);
  const own = (map, name) => (map && Object.hasOwn(map, name) ? map[name] : undefined);
  const overlap = (some, others) => some.some((each) => others.includes(each));
  const isAsking = ({ kind }) => kind === "ask" || kind === "invite";
  const experimentOf = ({ id, experiment = id }) => experiment;
  const live = ({ variants }) => variants.filter(({ weight }) => weight > 0);

  function articlesRead({ now, reads }, days = 30) {
    const today = Math.floor(now / DAY);
    return reads.reduce((sum, [day, count]) => sum + (today - days < day && day <= today ? count : 0), 0);
  }

  const localTime = ({ now, tz }) => new Date((now + tz * 60) * 1000);
  const countryOf = (s) => s.country || s.bundle.editions[s.edition].country;

  function pricesOf(campaign, s) {
    const offer = campaign.offer && own(s.bundle.offers, campaign.offer);
    return offer?.sets?.[own(offer.of, countryOf(s)) ?? offer.other];
  }

  function valuesOf(campaign, s) {
    const { days, months, date } = s.bundle.editions[s.edition];
    const prices = pricesOf(campaign, s);
    const local = localTime(s);
    const left = Math.ceil((campaign.countdown - s.now) / DAY);
    return {
      newspaper: s.bundle.newspaper,
      from_price: prices?.from_price,
      country: own(own(s.bundle.names, s.edition), s.country),
      article_count: articlesRead(s, campaign.reads?.days) || "",
      day: days[(local.getUTCDay() + 6) % 7],
      date: date.replace("{d}", local.getUTCDate()).replace("{month}", months[local.getUTCMonth()]),
      ...own(campaign.goal, prices?.currency),
      days_left: left > 0 ? left : "",
    };
  }

  function areKnown(campaign, s) {
    const known = valuesOf(campaign, s);
    const texts = live(campaign).flatMap(({ copy }) => Object.values(copy[s.edition]));
    return [...texts.join(" ").matchAll(PLACEHOLDER)].every(([, name]) => (own(known, name) ?? "") !== "");
  }

  const keeps = ({ views, days, gap }, s, test) => {
    const seen = s.views.filter(test).map((view) => view[2]);
    return (
      (views === undefined || seen.filter((at) => at > s.now - days * DAY).length < views) &&
      (!gap || seen.every((at) => s.now >= at + gap))
    );
  };

  /* Asked of a campaign and its scope: context and budget as one flat object, with bundle and slot. */
  const among = (id) => [id, (c, s) => !c[`${id}s`]?.length || c[`${id}s`].includes(s[id])];
  const picked = (id, rule) => [
    id,
    (c, s) => {
      const { in: wanted = [], out = [] } = c[rule] ?? {};
      const values = [s[id]].flat();
      return (!wanted.length || overlap(wanted, values)) && !overlap(out, values);
    },
  ];
  const flag = (id) => [id, (c, s) => (c[id] ?? s[id]) === s[id]];
  const asking = (id, test) => [id, (c, s) => !isAsking(c) || test(s)];
  const FILTERS = [
    ["supporters_are_not_asked", (c, s) => c.kind !== "ask" || ASKABLE.includes(s.state)],
    ["is_scheduled", (c, s) => s.now >= (c.from ?? 0) && s.now < (c.to ?? Infinity)],
    among("state"),
    asking("quiet_time_is_over", (s) => s.now >= Math.max(s.quiet_until, s.paused_until)),
    flag("signed_in"),
    picked("country", "countries"),
    picked("region", "regions"),
    among("edition"),
    ["words_for_edition", (c, s) => live(c)[0] && live(c).every(({ copy }) => own(copy, s.edition))],
    picked("section", "sections"),
    picked("tags", "tags"),
    picked("type", "types"),
    among("device"),
    [
      "reads",
      ({ reads: { days, min = 0, max = Infinity } = {} }, s) => {
        const count = articlesRead(s, days);
        return min <= count && count <= max;
      },
    ],
    ...["referrer", "code", "tenure", "tier", "band"].map(among),
    flag("abandoned"),
    ["hint", (c, s) => !c.hint || s.hints.includes(c.hint)],
    asking("one_ask_a_page", (s) => !s.hasAsked),
    asking("slot_cap", (s) => keeps(s.slot, s, (view) => view[1] === s.slot.id && view[3])),
    ["campaign_cap", (c, s) => keeps(c.caps ?? {}, s, (view) => view[0] === c.id)],
    asking("ask_budget", (s) => keeps({ views: s.asks, days: s.days }, s, (view) => view[3])),
    asking("cooldown", ({ now, dismissed, cooldown = [] }) => {
      const count = dismissed.filter((at) => at > now - 180 * DAY).length;
      const days = cooldown[Math.min(count, cooldown.length) - 1];
      return !days || now >= Math.max(...dismissed) + days * DAY;
    }),
    asking("quiet_hours", (s) => {
      const [from, to] = s.quiet ?? [0, 0];
      const hour = localTime(s).getUTCHours();
      return from <= to ? hour < from || hour >= to : hour < from && hour >= to;
    }),
    ["values_are_known", areKnown],
  ];
  const PAGE_FILTERS = [
    ["bundle_is_current", ({ at, until }, s) => at - 300 <= s.now && s.now < until],
    ["page_takes_prompts", (_, s) => !s.opt_out],
    ["page_is_not_sensitive", (_, s) => !s.sensitive],
    ["edition_is_known", ({ editions }, s) => own(editions, s.edition)],
  ];
  const failed = (filters, given, s) => filters.find(([, test]) => !test(given, s))?.[0];

  function choose(campaign, { seed, arms }) {
    const variants = live(campaign);
    if (seed === null) return { variant: variants[0].id, arm: "default" };
    const experiment = experimentOf(campaign);
    let point = share(`${experiment}:${seed}`, variants.reduce((sum, { weight }) => sum + weight, 0));
    const { id } =
      variants.find((each) => each.id === arms[experiment]) ?? variants.find(({ weight }) => (point -= weight) < 0);
    return { variant: id, arm: id };
  }

  function scopeOf(bundle, { page, reader, history, ...rest }) {
    const { state, as_of: asOf } = reader;
    const isFresh = asOf <= 0 || rest.now - asOf <= bundle.status.fresh + bundle.status.grace;
    const isKnown = ASKABLE.includes(state) || (GIVING.includes(state) && isFresh);
    const abandoned = reader.hints.includes("abandoned");
    return { ...rest, ...page, ...reader, ...history, ...bundle.budget, bundle, abandoned, state: isKnown ? state : "anonymous" };
  }

  function decidePage(bundle, context) {
    const s = scopeOf(bundle, context);
    const refused = failed(PAGE_FILTERS, bundle, s);
    const isHeldOut = s.seed !== null && share(`${bundle.holdout.id}:${s.seed}`, 1e6) < bundle.holdout.ppm;

    function decide(id, slot) {
      const trace = [];
      const empty = (reason) => ({ slot: id, campaign: null, variant: null, arm: null, held: null, reason, trace });
      if (refused || !slot) return empty(refused ?? "slot_is_known");
      const exclusion = bundle.exclusions.find(
        ({ slots = [], sections = [], tags = [], types = [] }) =>
          (!slots.length || slots.includes(id)) &&
          (sections.includes(s.section) || types.includes(s.type) || overlap(tags, s.tags)),
      );
      if (exclusion) return empty(`exclusion:${exclusion.id}`);
      const scope = { ...s, slot };
      for (const campaign of bundle.campaigns) {
        if (!campaign.slots.includes(id)) continue;
        const isHeld = campaign.kind === "ask" && isHeldOut;
        const reason = failed(FILTERS, campaign, scope);
        trace.push([campaign.id, reason ?? (isHeld ? "holdout" : "shown")]);
        if (reason) continue;
        s.hasAsked ||= isAsking(campaign);
        if (isHeld) return { ...empty("holdout"), arm: "holdout", held: campaign.id };
        return { ...empty("shown"), campaign: campaign.id, ...choose(campaign, s) };
      }
      return empty("nothing_fits");
    }

    const known = bundle.slots.filter(({ id }) => s.slots.includes(id));
    const order = new Set([...known.map(({ id }) => id), ...s.slots]);
    return { slots: [...order].map((id) => decide(id, known.find((slot) => slot.id === id))) };
  }

  globalThis.MastheadPrompts = { decidePage };

  const script = globalThis.document?.currentScript;
  if (!script) return;

  const { site, key, storage } = script.dataset;
  /* What few views need is loaded by those: a new bundle's verification, and the drawing. */
  const part = (name) => import(new URL(`prompts-${name}.js`, script.src));
  const clock = () => Math.floor(Date.now() / 1000);
  const now = clock();

  async function fetched(path, credentials = "omit") {
    const answer = await fetch(site + path, { credentials, signal: AbortSignal.timeout(3000) });
    if (!answer.ok) throw new Error(path);
    return answer;
  }

  /* Refused by some browsers, and by data-storage="none". */
  function stored(use) {
    try {
      return use(storage === "none" ? null : localStorage);
    } catch {
      return null;
    }
  }
  const recall = (name) => stored((box) => JSON.parse(box.getItem(`masthead-${name}`)));
  const keep = (name, value) => stored((box) => box.setItem(`masthead-${name}`, JSON.stringify(value)));

  let memory = {};
  /* Read, change, write: other tabs remember too. At most 4 kB, the oldest views go first. */
  function remember(change) {
    memory = recall("memory") ?? memory;
    const history = { reads: [], views: [], dismissed: [], paused_until: 0, arms: {}, ...memory.history };
    change(history);
    history.reads = history.reads.filter(([day]) => day > now / DAY - 60);
    history.views = history.views.filter(([, , at]) => at > now - 400 * DAY);
    history.dismissed = history.dismissed.slice(-20);
    memory.history = history;
    while (history.views[0] && JSON.stringify(memory).length > 4000) history.views.shift();
    keep("memory", memory);
  }

  let bundle = recall("bundle");
  /* The hash to obey, null for none. Whatever fails leaves the last good one. How old a pointer may be, its own headers say. */
  async function load() {
    try {
      const next = await (await fetched("/prompts/pointer.json")).json();
      if (next.bundle && next.bundle !== bundle?.hash) {
        const { verified } = await part("bundle");
        keep("bundle", (bundle = await verified(next, key, fetched)));
      }
      keep("pointer", { hash: next.bundle });
      return next.bundle;
    } catch {
      return recall("pointer")?.hash;
    }
  }

  const TWIN = /(?:^|; )(?:__Secure-)?status-twin=([a-z_]+)\.(\d{1,10})\.(\d{1,10})\.(\w*)\.(\w*)\.([\w-]*)\.(\w*)(?:;|$)/;
  const SITES = /(?:^|\.)(?:(google|bing|duckduckgo|ecosia|qwant|yahoo)\.|(facebook|instagram|threads|twitter|x|t|linkedin|reddit|bsky|tiktok|youtube)\.\w+$)/;
  const from = document.referrer && new URL(document.referrer);
  const isFromUs = from.origin === new URL(site).origin;
  const meta = (name) => document.querySelector(`meta[name="masthead:${name}"]`)?.content.trim() ?? "";

  /* Whatever is not a plain no keeps prompts away. */
  const says = (name) => !/^(no)?$/.test(meta(name));
  function referrerOf(medium) {
    if (/mail|newsletter/.test(medium)) return "newsletter";
    if (!from) return "direct";
    if (isFromUs || from.host === location.host) return "internal";
    const [, search, social] = SITES.exec(from.host) ?? [];
    return search ? "search" : social ? "social" : "other";
  }

  function contextOf(slots) {
    const query = new URLSearchParams(location.search);
    const [, state = "anonymous", asOf = 0, quiet = 0, tenure = "", band = "", tier = "", hints = ""] =
      TWIN.exec(stored(() => document.cookie)) ?? [];
    return {
      now,
      tz: -new Date().getTimezoneOffset(),
      seed: memory.seed ?? null,
      page: {
        id: meta("article"),
        edition: meta("edition"),
        section: meta("section"),
        tags: meta("tags").split(/\s*,\s*/).filter(Boolean),
        type: meta("type"),
        sensitive: says("sensitive"),
        opt_out: says("opt-out"),
        slots,
      },
      reader: {
        state,
        as_of: +asOf,
        quiet_until: +quiet,
        tenure,
        band,
        tier,
        hints: ["invite", "abandoned"].filter(([letter]) => hints.includes(letter)),
        signed_in: hints.includes("s"),
        country: meta("country"),
        region: meta("region"),
        device: innerWidth < 600 ? "phone" : innerWidth < 1024 ? "tablet" : "desktop",
        referrer: referrerOf(query.get("utm_medium")),
        code: query.get("utm_campaign") ?? "",
      },
      history: memory.history,
    };
  }

  const random = () => crypto.getRandomValues(new BigUint64Array(1))[0].toString(16).padStart(16, 0);
  const events = [];
  function flush() {
    if (events[0]) navigator.sendBeacon(`${site}/prompts/events/`, JSON.stringify({ b: bundle.hash.slice(0, 12), e: events.splice(0) }));
  }
  /* Names no reader; nothing is sent where the browser asks not to be tracked. */
  function report(t, { slot, campaign, held, variant, arm }, s, isFirst) {
    if (navigator.globalPrivacyControl || navigator.doNotTrack === "1") return;
    const v = arm === "default" ? `default:${variant}` : arm;
    events.push({ i: random(), t, c: campaign ?? held, v, s: slot, k: countryOf(s), r: s.state, f: isFirst ? 1 : 0 });
    if (events.length > 19) flush();
  }

  async function show({ hash, rules }) {
    const slots = [...document.querySelectorAll("[data-masthead-slot]")].map(({ dataset }) => dataset.mastheadSlot);
    if (!slots[0] && document.querySelector("[data-masthead-article], article")) slots.push("in-article");
    const context = contextOf(slots);
    const s = { ...scopeOf(rules, context), context, hash };
    for (const decision of decidePage(rules, context).slots) {
      const campaign = rules.campaigns.find(({ id }) => id === (decision.campaign ?? decision.held));
      if (!campaign) continue;
      remember(({ arms }) => {
        const experiment = experimentOf(campaign);
        report("eligible", decision, s, memory.seed && !own(arms, experiment));
        arms[experiment] = decision.arm;
        for (const name in arms) if (!rules.campaigns.some((each) => name === experimentOf(each))) delete arms[name];
      });
      if (decision.held) continue;
      const { draw } = await part("view");
      draw(campaign, decision, s, { valuesOf, pricesOf, countryOf, isAsking, report, remember, clock, DAY });
    }
  }

  async function start() {
    remember(({ reads }) => {
      const today = Math.floor(now / DAY);
      const article = meta("article");
      if (reads.at(-1)?.[0] !== today) reads.push([today, 0]);
      if (article && article !== memory.last) reads.at(-1)[1] += 1;
      memory.last = article;
      memory.seed ??= random() + random();
    });
    if (!recall("memory")) delete memory.seed;
    /* Whatever breaks, the page keeps what it came with. */
    if ((await load()) !== null && bundle) await show(bundle).catch(() => {});
    script.dataset.decided = "";
    const asOf = contextOf().reader.as_of;
    if (memory.seed && (isFromUs || (asOf && now - asOf > DAY)) && !(now - memory.asked < DAY)) {
      remember(() => (memory.asked = now));
      fetched("/api/v1/status/", "include").catch(() => {});
    }
  }

  for (const name of ["visibilitychange", "pagehide"]) addEventListener(name, flush);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
