/**
 * The body and the headers of one request, for its messages.
 *
 * @module
 */
import { ConfigError, messageOf } from "../../errors.ts";
import { readRegularFile } from "../../internal/small_file.ts";
import type { EmitterMessage } from "../emitter.ts";
import type { HttpRequest } from "./http_client.ts";
import type { FileNames, HttpFeatures } from "./http_settings.ts";

/** Makes requests. */
export type EncodeRequest = (messages: readonly EmitterMessage[]) => Promise<HttpRequest>;

/** Makes what encodes the requests of a receiver. */
export function requestEncoderOf({ batch = 1, gzip = false, secret }: HttpFeatures): EncodeRequest {
  const encoder = new TextEncoder();
  let key: Promise<CryptoKey> | undefined;
  return async (messages) => {
    const lines = messages.map(({ json }) => json);
    const plain = encoder.encode(batch > 1 ? `${lines.join("\n")}\n` : lines[0] ?? "");
    const body = gzip ? await gzipped(plain) : plain;
    const headers: [string, string][] = [["runner-event", nameOf(messages)]];
    if (gzip) headers.push(["content-encoding", "gzip"]);
    if (secret !== undefined) {
      key ??= hmacKey(secret);
      const signature = new Uint8Array(await crypto.subtle.sign("HMAC", await key, body));
      headers.push(["runner-signature", `sha256=${signature.toHex()}`]);
    }
    return { body, headers };
  };
}

/** The same for the same messages, sent again: `a/17`, or `a/17..a/40` for a batch. */
function nameOf(messages: readonly EmitterMessage[]): string {
  const [first, last] = [messages[0]?.id ?? "", messages.at(-1)?.id ?? ""];
  return first === last ? first : `${first}..${last}`;
}

function hmacKey(secret: string): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(secret);
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

/** Compresses a body. */
export async function gzipped(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * Reads the token of a receiver.
 *
 * @throws {ConfigError} when it is not there, or no header can hold it; it is never shown
 */
export function bearerTokenOf({ tokenFile, tokenEnv }: HttpFeatures): string | undefined {
  const token = tokenFile !== undefined
    ? readPem("runner_http_token_file", tokenFile).trim()
    : tokenEnv !== undefined
    ? Deno.env.get(tokenEnv) ?? ""
    : undefined;
  if (token === undefined) return undefined;
  const key = tokenFile === undefined ? "token_env" : "token_file";
  const problem = token === ""
    ? "expected a token, found nothing"
    : "the token has an odd character";
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new ConfigError("config.runner_http_file", `Cannot use runner_http_${key}: ${problem}`);
}

/** What settings call the files of certificates. */
export const SETTINGS: FileNames = {
  ca: "runner_http_ca_file",
  cert: "runner_http_cert_file",
  key: "runner_http_key_file",
};

/** Certificates and keys as `Deno.createHttpClient` takes them; undefined when there are none. */
export function tlsOptionsOf(
  { caFile, certFile, keyFile, fileNames: names = SETTINGS }: HttpFeatures,
):
  | Deno.CreateHttpClientOptions
  | (Deno.CreateHttpClientOptions & Deno.TlsCertifiedKeyPem)
  | undefined {
  const caCerts = caFile === undefined ? [] : [readPem(names.ca, caFile)];
  if (certFile === undefined && keyFile === undefined) {
    return caCerts.length === 0 ? undefined : { caCerts };
  }
  if (certFile === undefined || keyFile === undefined) {
    const [one, other] = keyFile === undefined ? [names.cert, names.key] : [names.key, names.cert];
    const text = `Cannot use ${one}: expected ${other} with it`;
    throw new ConfigError("config.runner_http_file", text);
  }
  return { caCerts, cert: readPem(names.cert, certFile), key: readPem(names.key, keyFile) };
}

function readPem(setting: string, path: string): string {
  try {
    // What env/ names may be a link: certificates often are, below /etc/ssl.
    return readRegularFile(Deno.realPathSync(path));
  } catch (cause) {
    const text = `Cannot use ${setting}: ${messageOf(cause)}`;
    throw new ConfigError("config.runner_http_file", text, { cause });
  }
}
