/* Draws the prompt that prompts.js has decided on: where it stands in the article, its nodes, and what readers do with it. */

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}

function isSafe(address) {
  return /^https:\/\//i.test(address) || /^\/(?![/\\])/.test(address);
}

/* The copy's em, strong and links as nodes, never as markup; other tags are dropped. `fill` gets text alone, so that no
   value of a placeholder becomes a tag. */
function inline(html, fill) {
  const plain = (text) => text.replace(/&(\w+);/g, (entity, name) => ENTITIES[name] ?? entity);
  const paragraph = make("p");
  let inner = paragraph;
  for (const part of html.split(/(<[^>]*>)/)) {
    const [tag, end, name, href = ""] = /^<(\/?)(em|strong|a)\b(?:[^>]*?\shref="([^"]*)")?/.exec(part) ?? [];
    if (end) inner = inner === paragraph ? paragraph : inner.parentNode;
    else if (tag) inner = inner.appendChild(make(name, isSafe(plain(href)) ? { href: plain(href) } : {}));
    else if (!part.startsWith("<")) inner.append(fill(plain(part)));
  }
  return paragraph;
}

/* Where the prompt leads. What it was and where it stood goes along, for results in money. */
function destination(campaign, decision, s, { pricesOf, countryOf }, code) {
  const prices = campaign.link === "donate" ? pricesOf(campaign, s) : undefined;
  const address = `${s.bundle.site}/${prices ? `donate/${campaign.offer}` : "support"}/`;
  const query = {
    currency: prices?.currency,
    frequency: prices?.takes_monthly ? "monthly" : "once",
    code,
    slot: decision.slot,
    edition: s.edition,
    country: countryOf(s),
    state: s.state,
    arm: decision.arm,
    article: s.id,
  };
  const link = (text, more) =>
    make("a", { href: prices ? `${address}?${new URLSearchParams({ ...query, ...more })}` : address }, text);
  return { prices, address, query, link };
}

/* A real form, so that the amounts work as buttons by keyboard, by voice and in every browser. */
function amounts({ prices, address, query, link }, label) {
  const hidden = Object.entries(query).map(([name, value]) => make("input", { type: "hidden", name, value }));
  const buttons = prices[query.frequency].map(([value, text]) =>
    make("button", { class: "prompt-amount", name: "amount", value }, text),
  );
  const links = make("p", { class: "prompt-links" }, link("Another amount", { amount: "other" }));
  if (prices.takes_once && prices.takes_monthly) links.append(link("Give once", { frequency: "once" }));
  return make(
    "form",
    { class: "prompt-form", action: address },
    ...hidden,
    make(
      "fieldset",
      { class: "prompt-amounts" },
      make("legend", {}, label),
      make("div", { class: "prompt-buttons" }, ...buttons),
    ),
    links,
  );
}

function build(campaign, decision, s, tools) {
  const { slot, variant } = decision;
  const { code, copy } = campaign.variants.find(({ id }) => id === variant);
  const { title, body, plea, action } = copy[s.edition];
  const values = tools.valuesOf(campaign, s);
  const fill = (text) => text.replace(/\{([a-z_]+)\}/g, (_, name) => values[name]);
  const target = destination(campaign, decision, s, tools, code);
  const id = `masthead-${slot}`;
  const aside = make(
    "aside",
    { class: "prompt", role: "region", "aria-labelledby": id, "data-slot": slot, "data-kind": campaign.kind },
    make("h2", { class: "prompt-title", id }, fill(title)),
    inline(body, fill),
  );
  if (plea) aside.append(inline(plea, fill));
  const isForm = tools.isAsking(campaign) && slot !== "header-line" && target.prices?.[target.query.frequency]?.length;
  if (isForm) aside.append(amounts(target, fill(action)));
  else if (action && campaign.link) aside.append(make("p", { class: "prompt-link" }, target.link(fill(action))));
  return aside;
}

/* Closing gives the focus back to where it came from, or else to what stands before the prompt. */
function closing(aside) {
  let back = null;
  aside.addEventListener("focusin", ({ relatedTarget }) => {
    if (!aside.contains(relatedTarget)) back = relatedTarget;
  });
  return () => {
    const hadFocus = aside.contains(document.activeElement);
    const holder = aside.parentElement;
    aside.remove();
    if (!hadFocus) return;
    if (!back?.isConnected) {
      back = holder.previousElementSibling ?? holder;
      back.tabIndex = -1;
    }
    back.focus({ preventScroll: true });
  };
}

function attend(aside, campaign, decision, s, { isAsking, report, remember, clock, DAY }) {
  const asks = isAsking(campaign);
  const close = closing(aside);
  const tell = (type) => report(type, decision, s);
  function dismiss() {
    close();
    tell("dismissed");
    if (asks) remember((history) => history.dismissed.push(clock()));
  }
  function pause(days) {
    remember((history) => {
      history.paused_until = clock() + days * DAY;
    });
  }

  const button = make("button", { class: "prompt-close", type: "button" }, asks ? "Not now" : "Close");
  const why = make("details", { class: "prompt-why" }, make("summary", {}, decision.slot === "header-line" ? "Why?" : "Why am I seeing this?"));
  aside.append(make("div", { class: "prompt-foot" }, why, button));
  button.addEventListener("click", dismiss);
  aside.addEventListener("keydown", ({ key }) => key === "Escape" && dismiss());
  aside.addEventListener("click", ({ target }) => {
    if (target.closest(".prompt-form a, .prompt-form button, .prompt-link a")) tell("clicked");
  });
  async function explain() {
    tell("why");
    const { explanation } = await import("./prompts-why.js");
    why.append(await explanation(campaign, s, { make, close, pause: asks && pause }));
  }
  why.addEventListener("toggle", explain, { once: true });
}

/* Seen is 40 % of it, or of the window where the window is the smaller one, for 200 ms. */
function watch(aside, saw) {
  let timer = null;
  const observer = new IntersectionObserver(
    (entries) => {
      const { intersectionRect, boundingClientRect, rootBounds } = entries.at(-1);
      const isVisible = intersectionRect.height >= 0.4 * Math.min(boundingClientRect.height, rootBounds.height);
      if (isVisible && timer !== null) return;
      clearTimeout(timer);
      timer = isVisible ? setTimeout(finish, 200) : null;
    },
    { threshold: [0.1, 0.2, 0.3, 0.4, 0.5] },
  );
  function finish() {
    observer.disconnect();
    saw();
  }
  observer.observe(aside);
}

/* Between two paragraphs of text alone, below what is in sight, the gap nearest to 40 % of the article: so never beside a
   picture, an embed, a list, a quotation or a heading, and never in an article of fewer than four paragraphs. */
function findGap() {
  const article = document.querySelector("[data-masthead-article]") ?? document.querySelector("article");
  const all = [...(article?.querySelectorAll("p:not(figure p, blockquote p, aside p, li p, td p)") ?? [])];
  const body = all[all.length >> 1]?.parentElement;
  const paragraphs = all.filter(({ parentElement }) => parentElement === body);
  if (paragraphs.length < 4) return null;
  const aim = Math.max(1, Math.round(paragraphs.length * 0.4) - 1);
  const isText = (element) =>
    element?.localName === "p" && !element.querySelector("img, svg, video, audio, iframe, embed, object, canvas");
  const isFree = (paragraph, at) =>
    at > 0 &&
    isText(paragraph) &&
    isText(paragraph.nextElementSibling) &&
    paragraph.getBoundingClientRect().bottom >= innerHeight;
  const distance = (paragraph) => Math.abs(paragraphs.indexOf(paragraph) - aim);
  return paragraphs.filter(isFree).sort((one, other) => distance(one) - distance(other))[0] ?? null;
}

/* Fills the newspaper's own place for the slot, unless that would move something in sight: it must lie below, or be large
   enough. Returns whether it was filled. */
function fills(holder, aside) {
  const edges = () =>
    [holder, holder.nextElementSibling ?? holder.parentElement].flatMap((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return [top, bottom];
    });
  const fallback = [...holder.childNodes];
  const before = edges();
  holder.replaceChildren(aside);
  const isMoved = before[0] < innerHeight && edges().some((edge, at) => Math.abs(edge - before[at]) > 0.5);
  if (isMoved) holder.replaceChildren(...fallback);
  return !isMoved;
}

/* By now the page may be painted, and nothing in sight may move for a prompt. */
function place(aside, slot) {
  const holder = document.querySelector(`[data-masthead-slot="${CSS.escape(slot)}"]`);
  if (holder && fills(holder, aside)) return true;
  const gap = slot === "in-article" ? findGap() : null;
  gap?.after(make("div", { "data-masthead-slot": slot }, aside));
  return gap !== null;
}

/* Its look comes from the page's own link to prompts.css, or from one that is added here: one tag is enough for a page. */
async function dressed() {
  const address = new URL("prompts.css", import.meta.url).href;
  if (document.querySelector('link[rel="stylesheet"][href*="/membership/prompts."]')) return;
  const link = make("link", { rel: "stylesheet", href: address });
  const loaded = new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = reject;
  });
  document.head.append(link);
  await loaded;
}

/* Shows the campaign of `decision` in its slot. `s` is the scope of the decision; `tools` are the functions of prompts.js
   that it needs. Where there is no room the page stays as it is. */
export async function draw(campaign, decision, s, tools) {
  await dressed();
  const aside = build(campaign, decision, s, tools);
  attend(aside, campaign, decision, s, tools);
  if (!place(aside, decision.slot)) return;
  watch(aside, () => {
    const { id, caps } = campaign;
    const asks = tools.isAsking(campaign);
    let isFirst = true;
    tools.remember((history) => {
      isFirst = !history.views.some((view) => view[0] === id);
      /* What no cap counts is remembered once, so that thanks never crowd out an ask. */
      if (!asks && !caps) history.views = history.views.filter((view) => view[0] !== id);
      history.views.push([id, decision.slot, tools.clock(), asks ? 1 : 0]);
    });
    tools.report("seen", decision, s, isFirst);
  });
}
