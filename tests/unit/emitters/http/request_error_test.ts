import { assertEquals } from "../../../testing/assert.ts";
import { causesOf } from "../../../../src/emitters/http/request_error.ts";

function failed(text: string): Error {
  return new TypeError("fetch failed", { cause: new Error(text) });
}

Deno.test("causesOf says why, without the URL and its secrets", () => {
  const url = "https://h/hook?token=SECRET";
  for (
    const [error, expected] of [
      [
        failed(
          `error sending request for url (${url}): client error (Connect): dns error: no host`,
        ),
        "dns error: no host",
      ],
      [
        failed(
          `error sending request from 127.0.0.1:1 for ${url} (127.0.0.1:2): client error (SendRequest): connection closed before message completed`,
        ),
        "connection closed before message completed",
      ],
      [
        failed(
          `error sending request for url (${url}): client error (Connect): invalid peer certificate: UnknownIssuer`,
        ),
        "the certificate is not accepted: it is signed by nobody who is trusted here",
      ],
      [
        failed(
          `error sending request for url (${url}): client error (Connect): tcp connect error: Connection refused (os error 111)`,
        ),
        "tcp connect error: Connection refused",
      ],
      [new Error("outer", { cause: new Error("inner\x1b[2J") }), "outer: inner\\u001b[2J"],
      [new Error("a b", { cause: new Error("b") }), "a b"],
      [new TypeError("fetch failed"), "the request failed"],
    ] as const
  ) assertEquals(causesOf(error), expected);
});
