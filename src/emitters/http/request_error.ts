/**
 * The words that tell why a request failed, by what it threw.
 *
 * @module
 */
import { messageOf } from "../../errors.ts";
import { printable } from "../../internal/printable.ts";

/** Says nothing that its cause does not say better. */
const EMPTY = /^fetch failed$/i;

/** The start of what Deno's client says: it names the URL, whose query may be a secret. */
const SENDING = /^error sending request (?:for url \(\S*?\)|from .*? for \S+ \(.*?\)): /;

/**
 * Says why a request failed: the error and its causes, each once, without the URL.
 *
 * @returns such as `client error (Connect): invalid peer certificate: UnknownIssuer`
 */
export function causesOf(error: unknown): string {
  const texts: string[] = [];
  for (let at = error, depth = 0; at !== undefined && at !== null && depth < 8; depth++) {
    const text = wordsOf(at);
    if (text !== "" && !texts.some((before) => before.includes(text))) texts.push(text);
    at = at instanceof Error ? at.cause : undefined;
  }
  return printable(texts.join(": ").slice(0, 500)) || "the request failed";
}

function wordsOf(error: unknown): string {
  const text = messageOf(error).replace(/ \(os error \d+\)/g, "").replace(SENDING, "")
    .replace(/^client error \((?:Connect|SendRequest)\): /, "")
    .replace(
      /invalid peer certificate: (.*)$/s,
      (_all, problem: string) => `the certificate is not accepted: ${certificateProblem(problem)}`,
    );
  return EMPTY.test(text) ? "" : text;
}

const CERTIFICATE: Readonly<Record<string, string>> = {
  UnknownIssuer: "it is signed by nobody who is trusted here",
  Expired: "it has expired",
  NotValidYet: "it is not valid yet",
  NotValidForName: "it is for another host",
  BadSignature: "its signature is wrong",
};

/** The TLS library names a problem in one word, or in a sentence with times and names. */
function certificateProblem(problem: string): string {
  if (/^certificate expired/.test(problem)) return "it has expired";
  if (/^certificate not valid yet/.test(problem)) return "it is not valid yet";
  if (/^certificate not valid for name/.test(problem)) return "it is for another host";
  // What `openssl req -x509` makes is an authority's.
  if (/CaUsedAsEndEntity/.test(problem)) return "it is self-signed";
  return CERTIFICATE[problem] ?? problem;
}
