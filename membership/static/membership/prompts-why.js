/* Answers "Why am I seeing this?" once a reader asks. Everything is worked out in the browser. */

const STATES = {
  anonymous: "This browser knows of no gift from you.",
  registered: "You have an account with us and have not made a gift so far.",
  lapsed: "You have supported us before.",
  one_off: "You made a gift within the last three months.",
  recurring: "You support us regularly.",
  paused: "Your regular gift is paused.",
  payment_failing: "Your last payment did not go through.",
  ending: "You have stopped your regular gift.",
};

/* What else the words depend on, by the campaign's own rules. */
const REASONS = {
  countries: "the country you read in",
  regions: "the region you read in",
  sections: "the section of this article",
  tags: "what this article is about",
  types: "the kind of page this is",
  devices: "the size of your screen",
  reads: "how many articles you have read here lately, which only this browser counts",
  referrers: "where you came from",
  codes: "the link that you followed",
  tenures: "how long you have supported us",
  tiers: "your level of membership",
  bands: "the size of your last gift",
  abandoned: "a gift that you began and did not finish",
  hint: "how you support us",
};

function listed(reasons) {
  return reasons.length < 2 ? reasons.join("") : `${reasons.slice(0, -1).join(", ")} and ${reasons.at(-1)}`;
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/* What was decided upon, for staff to replay: "z" and zlib, or "j" and plain JSON where the browser cannot compress. It stands
   in the address's fragment, which browsers never send: it reaches staff only when the reader hands it on. */
export async function traceCode(hash, context) {
  const text = JSON.stringify({ b: hash, c: context });
  if (!globalThis.CompressionStream) return `j${base64url(new TextEncoder().encode(text))}`;
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate"));
  return `z${base64url(new Uint8Array(await new Response(stream).arrayBuffer()))}`;
}

function pauses({ make, pause, close }) {
  const group = make("div", { class: "prompt-pauses", role: "group" }, make("p", {}, "Show me no appeals for"));
  for (const days of [7, 30, 90]) {
    const button = make("button", { type: "button", class: "prompt-pause" }, `${days} days`);
    button.addEventListener("click", () => {
      pause(days);
      close();
    });
    group.append(button);
  }
  group.setAttribute("aria-label", "Pause appeals");
  return group;
}

/* The answer as a node. `pause` is absent for prompts that ask for nothing. */
export async function explanation(campaign, s, { make, close, pause }) {
  const reasons = Object.keys(REASONS).filter((rule) => campaign[rule] !== undefined);
  const answer = make("div", { class: "prompt-answer" }, make("p", {}, STATES[s.state]));
  if (reasons.length) {
    const depends = listed(reasons.map((rule) => REASONS[rule]));
    answer.append(make("p", {}, `It also depends on ${depends}.`));
  }
  answer.append(make("p", {}, "This was decided in your browser. What you read here is never sent to us."));
  if (pause) answer.append(pauses({ make, pause, close }));
  const address = `${s.bundle.site}/prompts/why/#${await traceCode(s.hash, s.context)}`;
  answer.append(make("p", {}, make("a", { href: address }, "See how it was decided")));
  return answer;
}
