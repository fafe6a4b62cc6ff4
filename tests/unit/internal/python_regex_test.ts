import fc from "fast-check";
import { translatePythonRegex } from "../../../src/internal/python_regex.ts";
import { ConfigError } from "../../../src/errors.ts";
import { assert, assertEquals, assertThrows } from "../../testing/assert.ts";
import { askPython, missingPython } from "../../testing/python3.ts";
import { testOrSkip } from "../../testing/skip.ts";

/** Patterns, each searched in all of its texts. */
const ROWS: readonly (readonly [string, ...string[]])[] = [
  // What users write.
  [
    "^SSH password:\\s*?$",
    "SSH password: ",
    "x\r\nSSH password:",
    "SSH password: x",
    "my SSH password:",
  ],
  ["^SSH [pP]assword.*:\\s*?$", "SSH Password for x: ", "a\nSSH password:\n"],
  ["^BECOME password.*:\\s*?$", "BECOME password[defaults to SSH password]: ", "BECOME password:"],
  ["^Vault password( \\(([^)]+)\\))?:\\s*?$", "Vault password: ", "Vault password (dev): "],
  ["^Enter passphrase for .*:\\s*?$", "Enter passphrase for /x/key: "],
  ["(?i)password for \\S+@[\\w.-]+: *$", "Password for bob@ex-ample.org: ", "PASSWORD FOR ü@é: "],
  ["Are you sure.*\\(yes/no(/\\[fingerprint\\])?\\)\\? ", "Are you sure (yes/no/[fingerprint])? "],
  ["^.*[pP]ass(word|phrase)[^\\n]*$", "foo\nEnter passphrase\nbar", "x Password: "],
  // Lines.
  ["^", "", "a", "\n", "a\nb"],
  ["$", "", "a", "a\n", "a\nb", "\r\n"],
  ["^$", "", "\n", "a\n", "a\n\nb", "\r\n"],
  ["^b", "a\nb", "a\rb", "a\u2028b", "a\x85b", "a\vb"],
  ["a$", "a", "a\n", "a\nb", "a\r", "a\rb", "a\u2028", "a\u2029b", "a\r\n"],
  ["\\Ab", "b", "a\nb"],
  ["a\\Z", "a", "a\n", "b\na"],
  ["^a$", "b\na\nc", "aa\na", "\na"],
  [".", "\n", "\r", "\u2028", "\u2029", "\x85", "a", "😀"],
  ["a.b", "a\rb", "a\nb", "a\u2028b", "a😀b"],
  ["(?s)a.b", "a\nb", "a\rb"],
  ["(?s:a.)b.", "a\nb\n", "a\nbc"],
  ["(?-s:.)", "\n", "a"],
  ["(?-m:^b$)", "a\nb", "b", "b\n", "b\n\n"],
  ["(?-m:a$)", "a\n", "a\nb", "a"],
  // Categories.
  ["\\d+", "12", "٣४", "x½5", "²", "一"],
  ["\\D", "1", "٣", "a", "½"],
  ["\\w+", "a_1", "é", "漢字", "½", "²", "Ⅷ", "-", "e\u0301", "ª", "😀", "\u200d", "١", "ﬁ"],
  ["\\W+", "a b", "é", "-", "\u0301", "‿"],
  [
    "\\s+",
    " ",
    "\t\n\r\f\v",
    "\x1c\x1d\x1e\x1f",
    "\x85",
    "\xa0",
    "\u2003",
    "\u2028",
    "\ufeff",
    "\u200b",
    "\u180e",
    "\u3000",
  ],
  ["\\S+", " a ", "\x1c", "\ufeff", "\x85x"],
  ["(?a)\\w+", "é", "a_1é"],
  ["(?a)\\d+|\\s", "٣", "5", "\xa0", "\x1c", "\v"],
  ["(?a:\\w)\\w", "aé", "éa"],
  ["\\bfoo\\b", "foo", "xfoo", "éfoo", "foo.", "foo漢", "a foo b", "_foo"],
  ["\\Boo", "foo", "oo", "éoo", " oo"],
  ["\\B", "", "a", "ab", " ", "a "],
  ["\\b", "", "a", " ", " é"],
  ["(?a)\\bé", "é", "aé"],
  // Sets.
  ["[]]", "]", "a"],
  ["[]abc]+", "a]b", "["],
  ["[^]]+", "]a[", "]"],
  ["[^]abc]", "]abc^", "abd"],
  ["[[]", "[", "]"],
  ["[[a]]", "[]", "a]", "[a]"],
  ["[a-c]+", "xabcd"],
  ["[a-]+", "a-b"],
  ["[-a]+", "-a"],
  ["[a\\-c]+", "a-c", "b"],
  ["[\\w-]+", "a-b.c"],
  ["[\\d.]+", "1.2.3", "٣.x"],
  ["[^\\d]+", "12ab", "٣x"],
  ["[\\W]+", "a b", "é."],
  ["[\\W\\d]+", "a 1b", "é9-"],
  ["[^\\W]+", " é_ "],
  ["[^\\W\\d_]+", "1a_é2"],
  ["[\\S]+", " a b"],
  ["[^\\S\\n]+", "a \t\nb", "\n"],
  ["[\\s\\S]+", "a\nb"],
  ["[\\b]", "\b", "b"],
  ["[\\0-\\x1f]+", "a\x01\x1fb"],
  ["[\\101\\x42\\u0043\\U00000044]+", "xABCDE"],
  ["[^]", "a"],
  ["[a^]+", "^a"],
  ["[$.|(){}*+?/&~-]+", "a$.|(){}*+?/&~-b"],
  ["[a&&b]+", "a&b", "c"],
  ["[a--b]", "-", "a", "b"],
  ["[a||b~~c]+", "a|b~c"],
  ["[\u00e9-\u00fc]+", "éüa"],
  ["[😀-😂]+", "x😁😂y"],
  ["[é漢]", "x漢"],
  ["[\\]\\\\]+", "a]\\b"],
  ["[ -~]+", "\x1f !~\x7f"],
  // Escapes.
  ["\\a\\f\\n\\r\\t\\v\\\\", "\x07\f\n\r\t\v\\"],
  ["\\x41\\u00e9\\U0001F600", "Aé😀"],
  ["\\0", "\0", "0"],
  ["\\07\\101\\1011", "\x07AA1"],
  ["\\012", "\n"],
  [
    "\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\^\\$\\|\\/\\-\\#\\ \\~\\&\\%\\,\\:\\;\\<\\>\\=\\!\\'\\\"\\`\\@\\_",
    `.*+?()[]{}^$|/-# ~&%,:;<>=!'"\`@_`,
  ],
  ["\\é\\漢\\😀", "é漢😀"],
  ["/", "/"],
  ["a{", "a{"],
  ["a{}", "a{}"],
  ["a{b}", "a{b}"],
  ["a{1", "a{1"],
  ["a{1,b}", "a{1,b}"],
  ["a{1}{", "a{"],
  ["{", "{"],
  ["{1,2", "{1,2"],
  ["}", "}"],
  ["]", "]"],
  ["x{,}y", "y", "xxy"],
  // Repetitions.
  ["a{2}", "a", "aaa"],
  ["a{2,}", "a", "aaaa"],
  ["a{,2}", "", "aaaa"],
  ["a{1,2}", "aaa"],
  ["a{1,2}?", "aaa"],
  ["a*?b", "aab"],
  ["a+?", "aaa"],
  ["a??b", "ab"],
  ["(?:ab)+", "ababa"],
  ["(a|ab)(c|bcd)(d*)", "abcd"],
  ["(a*)*", "aab"],
  ["(?:a*)+b", "aab"],
  ["(?=a)*b", "ab"],
  ["(?=a){2}a", "a"],
  ["a{0}b", "ab"],
  ["a++b", "aab", "b"],
  ["a++ab", "aab"],
  ["a*+a", "aaa"],
  ["a?+a", "a", "aa"],
  ["a{1,2}+a", "aa", "aaa"],
  ["(?>a+)b", "aab"],
  ["(?>a+)ab", "aab"],
  ["(?>a|ab)c", "abc", "ac"],
  ["x(?>)y", "xy"],
  ["(?>(a+))\\1", "aaaa", "aa"],
  ["(?>a+){2}", "aaa"],
  ["(a)(?>b)(c)\\2", "abcc", "abca"],
  // Groups.
  ["(?P<one>a)(?P=one)", "aa", "ab"],
  ["(?P<é>a)(?P=é)", "aa"],
  ["(a)\\1", "aa", "a"],
  ["(a)\\1" + "1", "aa1"],
  ["(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10", "abcdefghijj", "abcdefghija0"],
  ["(a|b)\\1", "ab", "bb"],
  ["((a)b)\\2\\1", "abaab"],
  ["(a)+\\1", "aaa", "a"],
  ["(?:(a)|(a)b)c", "abc", "ac"],
  ["(?:(.)x)+\\1", "axbxb", "axbxa"],
  ["(?=(a+))\\1b", "aab"],
  ["(?#comment)a(?#)b", "ab"],
  ["a(?#x)*b", "aab"],
  ["()", "a"],
  ["a|", "b", "a"],
  ["|a", "a"],
  ["a||b", "b"],
  ["(?:)", "x"],
  ["(?:)*a", "a"],
  // Looking around.
  ["a(?=b)", "ac ab"],
  ["a(?!b)", "ab ac"],
  ["(?<=a)b", "bab"],
  ["(?<!a)b", "abb"],
  ["(?<=^a)b", "b\nab"],
  ["(?<=a|b)c", "bc"],
  ["(?<=ab|cd)e", "abe", "cde"],
  ["(?<=a{2})b", "aab", "ab"],
  ["(?<=(a)(b))c\\2\\1", "abcba", "abcab"],
  ["(a)(?<=\\1)b", "ab"],
  ["(?<=\\b)a", "a"],
  ["(?<=😀)a", "😀a"],
  ["(?<=[^\\Wx])a", "ya", "xa"],
  ["(?<=(?=a).)b", "ab", "cb"],
  ["(?<=(?<=a)b)c", "abc"],
  ["(?!)a|b", "ab"],
  // Flags.
  ["(?i)abc", "aBC"],
  ["(?i)[a-z]+", "ABC", "ſK"],
  ["(?i)[^a-z]", "A1"],
  ["(?i)é", "É"],
  ["(?i)ss|ß", "ẞ", "SS"],
  ["(?i)σ", "ς", "Σ"],
  ["(?i)k", "\u212a"],
  ["(?i)\\w", "\u0345", "É"],
  ["(?i)i", "I", "İ", "ı"],
  ["(?i)İ", "i", "ı", "I", "j"],
  ["(?i)[^i]", "İ", "ı", "j"],
  ["(?i)[α-ω]+", "ΑΣςΩ"],
  ["(?i)ǆ", "ǅ", "Ǆ"],
  ["(?i)ᾳ", "ᾼ"],
  ["(?i)µ", "μ", "Μ"],
  ["(?ai)k", "K", "\u212a"],
  ["(?ai)[a-z]+", "AZ\u017f"],
  ["(?ai)é", "É", "é"],
  ["(?i)[\\W_]", "_", "A"],
  ["(?i)A*\\w[ab]", "-aAA"],
  ["(?i:a)[b](?i:c)", "ABC", "AbC"],
  ["(?i)\\W\\S\\D", "-É-"],
  ["(?i:a)b", "Ab", "AB"],
  ["(?i)a(?-i:b)c", "AbC", "ABC"],
  ["(?i:a(?-i:b))", "Ab", "AB"],
  ["(?is)a.B", "A\nb"],
  ["(?im)^a$", "b\nA"],
  ["(?i)(?s)a.", "A\n"],
  ["(?u)\\w", "é"],
  ["(?x) a b # comment\n c", "abc", "a b c"],
  ["(?x)a\\ b[ ]c\\#", "a b c#"],
  ["(?x)a *b", "aab"],
  ["(?x: a b ) c", "ab c", "abc"],
  ["(?x)(?-x: a)b", " ab"],
  ["(?x)[#]a#b", "#a"],
  ["(?x)# all", "x"],
  ["(?#c)(?i)a", "A"],
  ["(?x) (?#c) a", "a"],
];

/** Patterns that Python refuses. */
const INVALID = [
  ..."( ) (?: a) (a)) [ [a [^ [] [^] a** a*** a{2}{3} a+* * + ? {2} |* (*) (?:*) ^* $+ \\b* \\A{2} a{2,1}"
    .split(" "),
  ..."a??? a*?? a{1,2}?? a+++ a?+? a{4294967295} a{99999999999}".split(" "),
  ..."\\ a\\ \\c \\e \\g \\h \\i \\j \\k \\l \\m \\o \\p \\q \\y \\z \\C \\E \\G \\Q \\X \\R \\P{L} [\\A] [\\B] [\\Z] [\\z] [\\8] [\\k]"
    .split(" "),
  ..."\\x \\x1 \\xg1 \\u123 \\u12g4 \\U0000123 \\U00110000 [\\x1] \\400 \\777 [\\400] [z-a] [\\d-z] [a-\\d] [a-"
    .split(" "),
  ..."\\1 (\\1) (a)\\2 (a\\1) (?P=a) (?P<a>(?P=a)) (?P<a>b)(?P<a>c) (?P<1>a) (?P<>a) (?P<a-b>c) (?P<a (?P=a (?P>a) (?Pa)"
    .split(" "),
  ..."(?<a>b) (?<a (? (?) (?? (?& (?'a'b) (?R) (?1) (?+1) (?z) (?i (?iz) (?L) (?au) (?-i) (?-:a) (?i-i:a) (?i-:a) (?i-a:b) (?-u:a) (?- (?i:a"
    .split(" "),
  ..."a(?i) a(?i)b |(?i)a (a(?i)) a|(?i)b (?#a (?<=a*)b (?<=a|bc) (?<=a+) (?<!a?) (?<=(a)\\1) (?<=a{1,2}) (?=a (?>a (?<=a"
    .split(" "),
  "(?x) a (?i)",
  "(?x)(a # )",
  "(?x)a * *",
  "a\n(?i)",
];

/** Patterns that Python takes and we do not. */
const UNSUPPORTED: readonly (readonly [string, string])[] = [
  ["(a)?(?(1)b|c)", "a conditional group"],
  ["\\N{DIGIT ONE}", "the escape \\N{…}"],
  ["[\\N{DIGIT ONE}]", "the escape \\N{…}"],
  ["(a)?\\1b", "a reference to group 1, which may have taken no part,"],
  ["(?:(?P<x>a)|b)(?P=x)", "a reference to group x, which may have taken no part,"],
  ["(a)*\\1", "a reference to group 1"],
  ["(?:(a)|\\1b)+", "a reference to group 1"],
  ["(?!(a))\\1", "a reference to group 1"],
  ["(?<=(?>a))b", "an atomic group in a look-behind"],
  ["(?i)(a)\\1", "a reference to a group that ignores case"],
  ["(?:".repeat(20_000) + ")".repeat(20_000), "such deep nesting"],
];

const SEARCH_CODE = `
import warnings
warnings.simplefilter("ignore")
def search(pattern, text):
    try: regex = re.compile(pattern, re.MULTILINE)
    except (re.error, ValueError, OverflowError) as error: return "invalid"
    found = regex.search(text)
    return found and list(found.span())
result = [search(pattern, text) for pattern, text in data]`;

testOrSkip(
  "translatePythonRegex matches what python3's re matches",
  missingPython("re"),
  async () => {
    const cases = ROWS.flatMap(([pattern, ...texts]) => texts.map((text): Case => [pattern, text]));
    assert(cases.length > 250);
    assertEquals(await differences(cases), []);
  },
);

testOrSkip(
  "translatePythonRegex refuses what python3's re refuses",
  missingPython("re"),
  async () => {
    const cases = INVALID.map((pattern): Case => [pattern, "a"]);
    const expected = await askPython(SEARCH_CODE, cases, ["re"]) as unknown[];
    assertEquals(INVALID.filter((_, index) => expected[index] !== "invalid"), []);
    assertEquals(INVALID.filter((pattern) => search(pattern, "a") !== "invalid"), []);
  },
);

testOrSkip(
  "translatePythonRegex agrees with python3's re on random patterns",
  missingPython("re"),
  async () => {
    const pieces =
      "a|b|A|.|^|$|\\b|\\B|\\d|\\w|\\W|\\s|[ab]|[^a]|[a|]|-|\\n| |(|(|)|)|(?:|(?=|(?!|(?<=|(?<!|(?>|*|+|?|??|*+|{2}|{1,2}|{,1}|{|}|(?i)|(?s:|(?i:|(?x:|\\1|\\Z|\\A|é|1|_|#";
    const pattern = fc.array(fc.constantFrom("|", ...pieces.split("|")), {
      minLength: 1,
      maxLength: 7,
    })
      .map((parts) => parts.join(""));
    const text = fc.string({ unit: fc.constantFrom(..."abA1_é \n-"), maxLength: 6 });
    const cases = fc.sample(fc.tuple(pattern, text), 5000);
    assertEquals(await differences(cases), []);
  },
);

for (const [pattern, reason] of UNSUPPORTED) {
  Deno.test(`translatePythonRegex says that ${pattern.slice(0, 40)} is not supported`, () => {
    const error = assertThrows(() => translatePythonRegex(pattern), reason);
    assert(error instanceof ConfigError);
    assertEquals(error.code, "config.regex_unsupported");
    assert(error.message.endsWith("is not supported"));
  });
}

Deno.test("translatePythonRegex names the regex and what is wrong with it", () => {
  const rows = [
    ["(a", "a group has no )"],
    ["a)", "there is a ) without ("],
    ["[a", "a set has no ]"],
    ["*a", "there is nothing to repeat before *"],
    ["a**", "a repetition is repeated"],
    ["\\c", "bad escape \\c"],
    ["(?<=a*)", "a look-behind needs a fixed width"],
    ["(?P<a>b)(?P<a>c)", "the group name a is there twice"],
    ["a(?i)", "flags for the whole do not stand at its start"],
  ] as const;
  for (const [pattern, reason] of rows) {
    const error = assertThrows(() => translatePythonRegex(pattern));
    assert(error instanceof ConfigError);
    assertEquals(error.code, "config.regex_invalid");
    assertEquals(error.message, `Cannot use the regex ${JSON.stringify(pattern)}: ${reason}`);
  }
});

Deno.test("translatePythonRegex cuts a long regex in its message", () => {
  const error = assertThrows(() => translatePythonRegex(`(${"a".repeat(5000)}`));
  assert(error.message.length < 300);
});

type Case = readonly [pattern: string, text: string];

async function differences(cases: readonly Case[]): Promise<unknown[]> {
  const expected = await askPython(SEARCH_CODE, cases, ["re"]) as unknown[];
  return cases
    .map(([pattern, text], index) => ({
      pattern,
      text,
      ours: search(pattern, text),
      python: expected[index],
    }))
    .filter(({ ours, python }) =>
      ours !== "unsupported" && JSON.stringify(ours) !== JSON.stringify(python)
    );
}

/** Start and end of the first match, counted in code points as Python does. */
function search(pattern: string, text: string): unknown {
  let regex: RegExp;
  try {
    regex = translatePythonRegex(pattern);
  } catch (error) {
    assert(error instanceof ConfigError, Deno.inspect(error));
    return error.code.replace("config.regex_", "");
  }
  const match = regex.exec(text);
  if (!match) return null;
  const start = [...text.slice(0, match.index)].length;
  return [start, start + [...match[0]].length];
}
