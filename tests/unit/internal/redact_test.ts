import fc from "fast-check";
import { assert, assertEquals } from "../../testing/assert.ts";
import { MASK, redactEnvironment, Redactor, secretValues } from "../../../src/internal/redact.ts";

function stream(redactor: Redactor, pieces: readonly string[]): string {
  return pieces.map((piece) => redactor.feed(piece)).join("") + redactor.flush();
}

Deno.test("Redactor masks secrets of 6 characters and longer, wherever they are", () => {
  const redactor = new Redactor(["hunter22", "short", "a+b(c)*", "trailing\n"]);
  const table: [string, string][] = [
    ["say hunter22 hunter22!", `say ${MASK} ${MASK}!`],
    ["xhunter22x", `x${MASK}x`],
    ["short", "short"],
    ["a+b(c)*", MASK],
    ["trailing", MASK],
    ["hunter2", "hunter2"],
  ];
  for (const [text, expected] of table) assertEquals(redactor.redact(text), expected);
});

Deno.test("Redactor masks a secret as terminals, JSON and Python show it", () => {
  const secret = `pa"s's\\w é`;
  const redactor = new Redactor([secret]);
  const inJson = JSON.stringify({ a: secret });
  const inAscii = inJson.replace("é", "\\u00e9");
  for (const text of [secret, inJson, inAscii, JSON.stringify(inAscii), `'pa"s\\'s\\\\w é'`]) {
    const masked = redactor.redact(text);
    assert(masked.includes(MASK) && !masked.includes("pa"), `${text} -> ${masked}`);
  }
  const lines = new Redactor(["first line\nsecond line"]);
  assertEquals(lines.redact("first line\r\nsecond line"), MASK);
  assertEquals(lines.redact('"first line\\nsecond line"'), `"${MASK}"`);
});

Deno.test("Redactor masks each long line of a private key, alone too", () => {
  const line = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB";
  const other = line.toUpperCase();
  const key = `-----BEGIN OPENSSH PRIVATE KEY-----\n${line}\n${other}\n-----END-----\n`;
  const redactor = new Redactor([key]);
  assertEquals(redactor.redact(`>${line}<`), `>${MASK}<`);
  assertEquals(redactor.redact(`>${other}<`), `>${MASK}<`);
  assertEquals(redactor.redact("-----BEGIN OPENSSH PRIVATE KEY-----"), key.split("\n")[0]);
});

Deno.test("Redactor masks the short last line of a private key, alone too", () => {
  const key = [
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    "b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0",
    "mKtidDGdwVN+qm0Q==",
    "-----END OPENSSH PRIVATE KEY-----",
  ].join("\n");
  assertEquals(new Redactor([key]).redact('["mKtidDGdwVN+qm0Q=="]'), `["${MASK}"]`);
  assertEquals(new Redactor(["a password\nof lines"]).redact("of lines"), "of lines");
});

Deno.test("Redactor.redactJson never breaks an escape", () => {
  const redactor = new Redactor(["nopqrst", "u00e9xyz", '"quoted"']);
  const table: [unknown, unknown][] = [
    ["m\nopqrst", "m\nopqrst"],
    ["nopqrst\\nopqrst", `${MASK}\\${MASK}`],
    ["éxyz", "éxyz"],
    ['a "quoted" b', `a ${MASK} b`],
    [{ key: ["nopqrst"] }, { key: [MASK] }],
  ];
  for (const [value, expected] of table) {
    const json = JSON.stringify(value).replace("é", "\\u00e9");
    assertEquals(JSON.parse(redactor.redactJson(json)), expected, json);
  }
});

Deno.test("Redactor masks a secret that is cut anywhere, at 6 characters or 2000", () => {
  for (const secret of ["secret", "s".repeat(999) + "e".repeat(1001)]) {
    for (const at of [1, 3, secret.length - 1]) {
      const redactor = new Redactor([secret]);
      const pieces = [`a ${secret.slice(0, at)}`, `${secret.slice(at)} b`];
      assertEquals(stream(redactor, pieces), `a ${MASK} b`);
    }
  }
});

Deno.test("Redactor.feed holds back no more than a tail that may begin a secret", () => {
  const redactor = new Redactor(["secret-one", "secret-one-and-more"]);
  assertEquals(redactor.feed("nothing"), "nothing");
  assertEquals(redactor.held !== "", false);
  assertEquals(redactor.feed(" sec"), " ");
  assertEquals(redactor.held !== "", true);
  assertEquals(redactor.feed("ond"), "second");
  assertEquals(redactor.feed("secret-one"), "", "it may become the longer one");
  assertEquals(redactor.flush(), MASK, "and is masked if it does not");
  assertEquals(redactor.feed("secret-one") + redactor.feed("-and-more!"), `${MASK}!`);
  assertEquals(redactor.feed("secret-one") + redactor.feed("-and-low"), `${MASK}-and-low`);
});

Deno.test("Redactor gives the same for every cut of every text", () => {
  const alphabet = fc.constantFrom("a", "b", "ab", "abcabc", "\n", "\\", '"', "x");
  const text = fc.array(alphabet, { maxLength: 60 }).map((parts) => parts.join(""));
  const secret = fc.array(fc.constantFrom("a", "b", "c", "\n", '"'), { minLength: 6, maxLength: 9 })
    .map((parts) => parts.join(""));
  const secrets = fc.array(secret, { maxLength: 4 });
  fc.assert(fc.property(secrets, text, fc.array(fc.nat()), (known, whole, cuts) => {
    const places = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
    const pieces = [0, ...places].map((from, n) => whole.slice(from, places[n] ?? whole.length));
    const redactor = new Redactor(known);
    assertEquals(stream(redactor, pieces), redactor.redact(whole));
  }));
});

Deno.test("Redactor.redactJson leaves JSON when a secret is all digits, or looks like structure", () => {
  const redactor = new Redactor(["471147", '", "b": "']);
  const rows = [
    ['{"pin": 471147}', { pin: MASK }],
    ['{"pins": [471147,-471147, 471147]}', { pins: [MASK, -471147, MASK] }],
    ['{"a": 14711470, "b": 0.471147, "c": "x471147"}', { a: 14711470, b: 0.471147, c: `x${MASK}` }],
    ['{"471147": 1, "q\\"471147\\\\": 471147}', { [MASK]: 1, [`q"${MASK}\\`]: MASK }],
    ['{"a": "", "b": "471147"}', { a: "", b: MASK }],
  ] as const;
  for (const [json, expected] of rows) {
    assertEquals(JSON.parse(redactor.redactJson(json)), expected, json);
  }
});

Deno.test("Redactor without secrets gives back what it gets", () => {
  const redactor = new Redactor([]);
  assertEquals(redactor.isActive, false);
  assertEquals(stream(redactor, ["a", "\\b"]) + redactor.redactJson("\\n"), "a\\b\\n");
});

Deno.test("redactEnvironment masks by name, by known secret, and passwords in URLs", () => {
  const redactor = new Redactor(["hunter22"]);
  const env = {
    SECRET_MODE: "true",
    MY_API_KEY: "k",
    DB_PASS: "p",
    MYSQL_PWD: "p",
    EMPTY_TOKEN: "",
    PLAIN: "with hunter22 inside",
    HTTP_PROXY: "http://me:pass@proxy:3128/x",
    ODD_URL: "amqp://me:p@ss:w@host/x",
    PWD: "/home/me",
    OLDPWD: "/",
    PATH: "/bin",
    AUTHOR: "me",
    SSH_AUTH_SOCK: "/tmp/s",
    ANSIBLE_VAULT_PASSWORD_FILE: "/etc/vault",
    PASSENGERS: "3",
    COMPASS: "north",
  };
  assertEquals(redactEnvironment(env, redactor), {
    ...env,
    SECRET_MODE: MASK,
    MY_API_KEY: MASK,
    DB_PASS: MASK,
    MYSQL_PWD: MASK,
    PLAIN: `with ${MASK} inside`,
    HTTP_PROXY: `http://me:${MASK}@proxy:3128/x`,
    ODD_URL: `amqp://me:${MASK}@host/x`,
  });
  assertEquals(secretValues(env), ["true", "k", "p", "p", ""]);
});

Deno.test("Redactor.redactCut masks what is left of a secret at the end of a text", () => {
  const redactor = new Redactor(["Zebra9crossing"]);
  assertEquals(redactor.redactCut("a Zebra9crossing b Zebra9cross"), "a ******** b ********");
  assertEquals(redactor.redactCut("Zeb"), "Zeb");
  assertEquals(new Redactor([]).redactCut("text"), "text");
});
