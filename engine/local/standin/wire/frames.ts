import { BrokenStream } from '../faults.ts';

export const HEADER_BYTES = 16;
export const MAX_MESSAGE_BYTES = 48_000_000;

/** Cuts what a socket delivers into messages, by the length each begins with. */
export class Frames {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** Takes a chunk and returns the messages that are now complete. @throws BrokenStream for an impossible length. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const messages: Buffer[] = [];
    for (let length = this.#nextLength(); length > 0 && length <= this.#bytes; length = this.#nextLength())
      messages.push(this.#take(length));
    return messages;
  }

  /** The length of the message in front, or 0 while that has not arrived. */
  #nextLength(): number {
    if (this.#bytes < 4) return 0;
    const length = this.#front(4).readInt32LE(0);
    if (length >= HEADER_BYTES && length <= MAX_MESSAGE_BYTES) return length;
    throw new BrokenStream(`message length ${length} is out of range`);
  }

  /** The first chunk, joined with the others only when it is too short: once for each message. */
  #front(bytes: number): Buffer {
    const [first] = this.#chunks;
    if (first && first.length >= bytes) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }

  #take(length: number): Buffer {
    const front = this.#front(length);
    this.#bytes -= length;
    if (front.length === length) this.#chunks.shift();
    else this.#chunks[0] = front.subarray(length);
    return front.subarray(0, length);
  }
}
