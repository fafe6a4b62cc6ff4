/**
 * Receives the kwargs of a job and its files from a sender's stream.
 *
 * @module
 */
import { ConfigError } from "../../errors.ts";
import { Spool } from "../archive/spool.ts";
import { unpack } from "../archive/unpack.ts";
import { FrameReader, StreamError } from "../wire/frame_reader.ts";
import { type Message, readMessage, zipLengthOf } from "../wire/messages.ts";
import type { WorkPlace } from "./work_place.ts";

/** Where files go, and what ends the waiting. */
export interface ReceiveOptions {
  readonly place: WorkPlace;
  readonly signal: AbortSignal;
}

/**
 * Receives a job: all up to the end of the stream, so that nothing runs of one that is cut.
 *
 * @returns the last kwargs, whatever they are
 * @throws {StreamError} when the stream is cut or no stream of ours
 * @throws {ConfigError} when a message is no object
 * @throws {RunnerError} when a zip cannot be unpacked
 */
export async function receiveJob(
  input: ReadableStream<Uint8Array>,
  { place, signal }: ReceiveOptions,
): Promise<unknown> {
  using frames = new FrameReader(input, signal);
  let kwargs: unknown;
  for (;;) {
    const message = await nextMessage(frames);
    if ("kwargs" in message) kwargs = message["kwargs"];
    else if ("zipfile" in message) {
      using spool = new Spool({ dir: place.spoolDir });
      const length = zipLengthOf(message);
      if (length === undefined) throw new StreamError("zip", "a zip file has no length");
      await frames.zip(length, spool);
      await unpack(spool, place.path, { signal });
    } else if ("eof" in message) return kwargs;
  }
}

async function nextMessage(frames: FrameReader): Promise<Message> {
  const bytes = await frames.message();
  if (bytes === undefined) throw new StreamError("message", "it is cut", { isCut: true });
  let message: Message | undefined;
  try {
    message = readMessage(bytes);
  } catch (cause) {
    throw new StreamError("message", "a line is not JSON", { cause });
  }
  if (message !== undefined) return message;
  throw new ConfigError("remote.kwargs", "Cannot run the job: a message is not an object");
}
