/* Fetches a bundle that the browser does not hold yet. Only what the newspaper signed, and what this script understands, is
   returned; without crypto.subtle, as on plain HTTP, nothing is. */

function bytesOf(base64url) {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (each) => each.charCodeAt(0));
}

/* `pointer` names the bundle's hash and its signature, an ECDSA P-256 one (raw r and s) over the exact bytes; `key` is the
   public key, an uncompressed point. Throws when the bundle cannot be had or must not be obeyed. */
export async function verified({ bundle: hash, signature }, key, fetched) {
  const bytes = await (await fetched(`/prompts/bundle/${hash}.json`)).arrayBuffer();
  const curve = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const publicKey = await crypto.subtle.importKey("raw", bytesOf(key), curve, false, ["verify"]);
  if (!(await crypto.subtle.verify(curve, publicKey, bytesOf(signature), bytes))) {
    throw new Error("The bundle's signature is not the newspaper's.");
  }
  const rules = JSON.parse(new TextDecoder().decode(bytes));
  if (rules.schema !== 1) throw new Error("The bundle's schema is not known here.");
  /* Without them it could ask beside any article. */
  if (!rules.exclusions?.length) throw new Error("The bundle has no exclusion rules.");
  return { hash, rules };
}
