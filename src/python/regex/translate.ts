/**
 * Turns Python regexes into JavaScript ones that match the same text.
 *
 * @module
 */
import {
  categorySet,
  escapedCode,
  literal,
  octalCode,
  readSet,
  type RegexFlags,
  wordBoundary,
} from "./atoms.ts";
import { readBounds } from "./bounds.ts";
import { readFlags } from "./flags.ts";
import { RegexGroups } from "./groups.ts";
import { joinPieces, type Piece, type Translation, type Width } from "./piece.ts";
import { RegexReader } from "./reader.ts";

/** Start and end of the whole text, whatever the flags. */
const START = "(?<![^])";
const END = "(?![^])";
const IDENTIFIER = /^[\p{ID_Start}_][\p{ID_Continue}]*$/v;

/**
 * Translates a regex with the meaning that Python's `re.MULTILINE` gives it.
 *
 * @param source the regex, as for `re.compile(source, re.MULTILINE)`
 * @returns a regex without the flags `g` and `y`
 * @throws {ConfigError} `config.regex_invalid` when Python refuses it, `config.regex_unsupported`
 * when JavaScript has no counterpart
 */
export function translatePythonRegex(source: string): RegExp {
  return new Translator(source).translate();
}

/** Where a piece is: at the start of the whole or not. */
type Place = { readonly isStart: boolean };

class Translator {
  readonly #reader: RegexReader;
  readonly #groups: RegexGroups;
  /** Flags of the top level; a leading `(?i)` changes them. */
  #flags: RegexFlags = { i: false, m: true, s: false, x: false, a: false };

  constructor(source: string) {
    this.#reader = new RegexReader(source);
    this.#groups = new RegexGroups(this.#reader);
  }

  translate(): RegExp {
    const piece = this.#readTop();
    if (this.#reader.peek() !== "") throw this.#reader.invalid("there is a ) without (");
    try {
      return new RegExp(piece.text, "v");
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw this.#reader.unsupported("something in it");
    }
  }

  #readTop(): Translation {
    try {
      return this.#readAlternatives(undefined);
    } catch (error) {
      // The translator is recursive: a stack overflow is the only RangeError it throws.
      if (error instanceof RangeError) throw this.#reader.unsupported("such deep nesting");
      throw error;
    }
  }

  /** Reads `a|b|c`; undefined flags are those of the top level. */
  #readAlternatives(flags: RegexFlags | undefined): Translation {
    const before = this.#groups.sure;
    const texts: string[] = [];
    let sure: ReadonlySet<number> | undefined;
    let width = { min: Infinity, max: 0 };
    do {
      this.#groups.sure = before;
      const branch = this.#readSequence(flags, texts.length === 0);
      texts.push(branch.text);
      width = { min: Math.min(width.min, branch.min), max: Math.max(width.max, branch.max) };
      const now = this.#groups.sure;
      sure = sure === undefined ? now : new Set([...sure].filter((number) => now.has(number)));
    } while (this.#reader.eat("|"));
    this.#groups.sure = sure;
    return { text: texts.join("|"), ...width };
  }

  #readSequence(
    given: RegexFlags | undefined,
    isFirst: boolean,
  ): Translation {
    const pieces: Piece[] = [];
    while (!["", "|", ")"].includes(this.#reader.peek())) {
      const flags = given ?? this.#flags;
      const char = this.#reader.next();
      if (flags.x && this.#isSkipped(char)) continue;
      if ("*+?{".includes(char) && this.#readRepetition(char, pieces)) continue;
      const isStart = given === undefined && isFirst && pieces.length === 0;
      const piece = this.#readPiece(char, flags, { isStart });
      if (piece) pieces.push(piece);
    }
    return joinPieces(pieces);
  }

  /** Steps over blanks and comments of the verbose mode. */
  #isSkipped(char: string): boolean {
    if (char === "#") this.#reader.take(/[^\n]/);
    return /[ \t\n\r\v\f#]/.test(char);
  }

  #readPiece(char: string, flags: RegexFlags, { isStart }: Place): Piece | undefined {
    switch (char) {
      case "\\":
        return this.#readEscape(flags);
      case "[":
        return this.#atom(readSet(this.#reader, flags));
      case ".":
        return this.#atom(flags.s ? "[^]" : "[^\\n]");
      case "^":
        return this.#anchor(flags.m ? "(?<![^\\n])" : START);
      case "$":
        return this.#anchor(flags.m ? "(?![^\\n])" : `(?=\\n?${END})`);
      case "(":
        return this.#readGroup(flags, isStart);
      default:
        return this.#atom(literal(char.codePointAt(0) ?? 0, flags));
    }
  }

  #atom(text: string, width: Width = { min: 1, max: 1 }): Piece {
    return { text, ...width, kind: "atom", sureBefore: this.#groups.sure };
  }

  #anchor(text: string): Piece {
    return { ...this.#atom(text, { min: 0, max: 0 }), kind: "anchor" };
  }

  #readEscape(flags: RegexFlags): Piece {
    const reader = this.#reader;
    const letter = reader.next();
    const category = categorySet(letter, flags);
    if (category) return this.#atom(category);
    if (letter === "A") return this.#anchor(START);
    if (letter === "Z") return this.#anchor(END);
    if (letter === "b" || letter === "B") return this.#anchor(wordBoundary(letter, flags));
    if (letter === "0") return this.#atom(literal(octalCode(reader, letter), flags));
    if (/[1-9]/.test(letter)) return this.#readNumber(letter, flags);
    const code = escapedCode(reader, letter);
    if (code === undefined) throw reader.invalid(`bad escape \\${letter}`);
    return this.#atom(literal(code, flags));
  }

  /** Reads `\1`, `\12`, or `\123`, which is a character when all three digits are octal. */
  #readNumber(first: string, flags: RegexFlags): Piece {
    const start = this.#reader.position;
    const octal = first + this.#reader.take(/[0-7]/, 2);
    if (/^[0-7]{3}$/.test(octal)) {
      this.#reader.rewind(start);
      return this.#atom(literal(octalCode(this.#reader, first), flags));
    }
    this.#reader.rewind(start);
    return this.#reference(Number(first + this.#reader.take(/[0-9]/, 1)), flags);
  }

  #reference(key: number | string, flags: RegexFlags): Piece {
    const group = this.#groups.find(key);
    if (flags.i) throw this.#reader.unsupported("a reference to a group that ignores case");
    return this.#atom(`\\k<${group.name}>`, group.width);
  }

  /** Applies a repetition to the last piece; false when the `{` stands for itself. */
  #readRepetition(char: string, pieces: Piece[]): boolean {
    const bounds = readBounds(this.#reader, char);
    if (!bounds) return false;
    const piece = pieces.pop();
    if (!piece || piece.kind === "anchor") {
      throw this.#reader.invalid(`there is nothing to repeat before ${char}`);
    }
    if (piece.kind === "repetition") throw this.#reader.invalid("a repetition is repeated");
    const { min, max } = bounds;
    if (min === 0) this.#groups.sure = piece.sureBefore;
    const count = max === Infinity ? `{${min},}` : `{${min},${max}}`;
    const isLazy = this.#reader.eat("?");
    const isPossessive = !isLazy && this.#reader.eat("+");
    const text = `(?:${piece.text})${count}${isLazy ? "?" : ""}`;
    pieces.push({
      text: isPossessive ? this.#atomic(text) : text,
      min: piece.min * min,
      max: piece.max === 0 || max === 0 ? 0 : piece.max * max,
      kind: "repetition",
      sureBefore: piece.sureBefore,
    });
    return true;
  }

  /** A look-ahead is never entered again: what it captured is then taken as it is. */
  #atomic(text: string): string {
    if (this.#groups.isInLookbehind) {
      throw this.#reader.unsupported("an atomic group in a look-behind");
    }
    const name = this.#groups.newName();
    return `(?:(?=(?<${name}>${text}))\\k<${name}>)`;
  }

  #readGroup(flags: RegexFlags, isStart: boolean): Piece | undefined {
    const reader = this.#reader;
    const sureBefore = this.#groups.sure;
    if (!reader.eat("?")) return this.#readCapture("", flags);
    const char = reader.next();
    switch (char) {
      case ":":
        return this.#wrap("(?:", this.#readBody(flags), { sureBefore });
      case "#":
        reader.takeUntil(")", "a comment has no )");
        return undefined;
      case "=":
        return this.#wrap("(?=", { text: this.#readBody(flags).text, min: 0, max: 0 }, {
          sureBefore,
        });
      case "!":
        return this.#readNegative("(?!", flags);
      case "<":
        return this.#readLookbehind(flags);
      case ">": {
        const body = this.#readBody(flags);
        return { ...this.#wrap("", body, { sureBefore }), text: this.#atomic(body.text) };
      }
      case "P":
        return this.#readNamed(flags);
      case "(":
        throw reader.unsupported("a conditional group");
      default:
        return this.#readFlagGroup(char, flags, { isStart });
    }
  }

  /** Reads what a group holds and its closing parenthesis. */
  #readBody(flags: RegexFlags): Translation {
    const body = this.#readAlternatives(flags);
    if (!this.#reader.eat(")")) throw this.#reader.invalid("a group has no )");
    return body;
  }

  #wrap(opening: string, body: Translation, { sureBefore }: Pick<Piece, "sureBefore">): Piece {
    return { ...body, text: `${opening}${body.text})`, kind: "atom", sureBefore };
  }

  #readCapture(name: string, flags: RegexFlags): Piece {
    const sureBefore = this.#groups.sure;
    const group = this.#groups.open(name);
    const body = this.#readBody(flags);
    this.#groups.close(group, { min: body.min, max: body.max });
    return this.#wrap(`(?<${group.name}>`, body, { sureBefore });
  }

  /** Reads `(?!…)` or `(?<!…)`: no group in it takes part outside. */
  #readNegative(opening: string, flags: RegexFlags): Piece {
    const sureBefore = this.#groups.sure;
    const { text } = this.#readBody(flags);
    this.#groups.sure = sureBefore;
    return this.#wrap(opening, { text, min: 0, max: 0 }, { sureBefore });
  }

  #readLookbehind(flags: RegexFlags): Piece {
    const sureBefore = this.#groups.sure;
    const sign = this.#reader.next();
    if (sign !== "=" && sign !== "!") throw this.#reader.invalid(`unknown group (?<${sign}`);
    const body = this.#groups.inLookbehind(() => this.#readBody(flags));
    if (body.min !== body.max) throw this.#reader.invalid("a look-behind needs a fixed width");
    if (sign === "!") this.#groups.sure = sureBefore;
    return this.#wrap(`(?<${sign}`, { text: body.text, min: 0, max: 0 }, { sureBefore });
  }

  /** Reads `(?P<name>…)` or `(?P=name)`. */
  #readNamed(flags: RegexFlags): Piece {
    const sign = this.#reader.next();
    if (sign !== "<" && sign !== "=") throw this.#reader.invalid(`unknown group (?P${sign}`);
    const name = this.#reader.takeUntil(sign === "<" ? ">" : ")", "the name of a group has no end");
    if (!IDENTIFIER.test(name)) {
      throw this.#reader.invalid(`${JSON.stringify(name)} is not a group name`);
    }
    return sign === "<" ? this.#readCapture(name, flags) : this.#reference(name, flags);
  }

  #readFlagGroup(char: string, outer: RegexFlags, { isStart }: Place): Piece | undefined {
    if (!/[A-Za-z-]/.test(char)) throw this.#reader.invalid(`unknown group (?${char}`);
    this.#reader.rewind(this.#reader.position - 1);
    const { flags, isGlobal } = readFlags(this.#reader, outer);
    if (!isGlobal) {
      const sureBefore = this.#groups.sure;
      return this.#wrap("(?:", this.#readBody(flags), { sureBefore });
    }
    if (!isStart) throw this.#reader.invalid("flags for the whole do not stand at its start");
    this.#flags = flags;
    return undefined;
  }
}
