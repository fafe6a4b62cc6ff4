/**
 * Turns output into the same without colours, wherever its chunks are cut.
 *
 * @module
 */

/** Takes some bytes and gives what is to be shown of them now. */
export type ColourFilter = (bytes: Uint8Array) => Uint8Array;

const ESCAPE = 0x1b;

/** A longer sequence is none of colours. */
const LONGEST = 64;

/** A colour (SGR), or the rest of a line cleared, which programs that colour send with it. */
const COLOUR = /\x1b\[[0-9:;]*[mK]/g;

/** What may become one with the next bytes. */
const BEGINNING = /\x1b(\[[0-9:;]*)?$/;

/** Makes what takes the colours out of one stream; an unfinished one at its end is not shown. */
export function dropColours(): ColourFilter {
  let kept = "";
  return (bytes) => {
    if (kept === "" && !bytes.includes(ESCAPE)) return bytes;
    const text = (kept + latin1(bytes)).replace(COLOUR, "");
    const begun = BEGINNING.exec(text.slice(-LONGEST))?.[0] ?? "";
    kept = begun;
    return Uint8Array.from(
      text.slice(0, text.length - begun.length),
      (letter) => letter.charCodeAt(0),
    );
  };
}

/** A letter per byte. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return text;
}

/**
 * Makes what `--color` asks for.
 *
 * @returns undefined when all is shown as it is
 */
export function openColourFilter(when: string | undefined): ColourFilter | undefined {
  return when === "never" ? dropColours() : undefined;
}
