/**
 * Sends what happens in a run to whoever sent the job; no event becomes a file.
 *
 * @module
 */
import type { EventRecord } from "../../events/event_json.ts";
import type { StatusEvent } from "../../events/status_event.ts";
import type { Sink } from "../../sinks/sink.ts";
import type { FrameWriter } from "../wire/frame_writer.ts";

const NEWLINE = 10;

/** Tells a stream. */
export class StreamSink implements Sink {
  readonly #frames: FrameWriter;

  constructor(frames: FrameWriter) {
    this.#frames = frames;
  }

  /** Sends an event as it is, its text not parsed. */
  event(record: EventRecord): false | Promise<false> {
    const wait = record.isLong
      ? this.#frames.longLine(record.pieces())
      : this.#frames.bytes(lineOf(record));
    return wait === undefined ? false : wait.then(() => false);
  }

  /** Sends a change of status. */
  status(event: StatusEvent): void | Promise<void> {
    return this.#frames.message(event);
  }
}

function lineOf(record: EventRecord): Uint8Array {
  const { buffer, length } = record.encodeInto(new Uint8Array(0));
  const line = buffer.length > length ? buffer : new Uint8Array(length + 1);
  if (line !== buffer) line.set(buffer.subarray(0, length));
  line[length] = NEWLINE;
  return line.subarray(0, length + 1);
}
