import mongoose from 'mongoose';

const { BSON } = mongoose.mongo;

/** A field as it stood in the row before: its name, and, where it is a text, which and where. */
type Field = {
  readonly name: string;
  readonly bytes: Uint8Array;
  text: string;
  textAt: number;
  textLength: number;
  /** What came behind it the last time. */
  next: Field | undefined;
};

/** With so many different names people have named them, and rows are not alike. */
const MOST_NAMES = 500;

/**
 * Decodes rows of one kind. They have the same names in the same order and many equal texts, so that what stood in the row
 * before is compared instead of made anew: less than half the time and garbage of the general decoder, to which rows are
 * left that differ much or hold other types than the product stores.
 * @param rows as they came in one answer
 * Source: https://bsonspec.org/spec.html
 */
export function decodeRows(rows: readonly Uint8Array[]): Record<string, unknown>[] {
  const [first] = rows;
  if (!first) return [];
  const reading = new Reading(first.buffer);
  try {
    return rows.map((row) => (row.buffer === first.buffer ? reading : new Reading(row.buffer)).row(row.byteOffset));
  } catch (error) {
    if (!(error instanceof Unusual)) throw error;
    return rows.map((row) => BSON.deserialize(row));
  }
}

class Unusual extends Error {}

class Reading {
  readonly #bytes: Buffer;
  readonly #fields: Field[] = [];
  #last: Field | undefined;
  #at = 0;

  constructor(bytes: ArrayBufferLike) {
    this.#bytes = Buffer.from(bytes);
  }

  row(at: number): Record<string, unknown> {
    this.#at = at;
    return this.#document();
  }

  #document(): Record<string, unknown> {
    const document: Record<string, unknown> = {};
    this.#at += 4;
    for (let type = this.#byte(); type !== 0; type = this.#byte()) {
      const field = this.#field();
      document[field.name] = this.#value(type, field);
    }
    return document;
  }

  #list(field: Field): unknown[] {
    const list: unknown[] = [];
    this.#at += 4;
    for (let type = this.#byte(); type !== 0; type = this.#byte()) {
      // Names in a list are its numbers.
      while (this.#byte() !== 0);
      list.push(this.#value(type, field));
    }
    return list;
  }

  #value(type: number, field: Field): unknown {
    const at = this.#at;
    switch (type) {
      case 0x01:
        this.#at += 8;
        return this.#bytes.readDoubleLE(at);
      case 0x02:
        return this.#text(field);
      case 0x03:
        return this.#document();
      case 0x04:
        return this.#list(field);
      case 0x08:
        return this.#byte() === 1;
      case 0x09:
        return new Date(this.#long());
      case 0x0a:
        return null;
      case 0x10:
        this.#at += 4;
        return this.#bytes.readInt32LE(at);
      case 0x12: {
        const long = this.#long();
        if (Number.isSafeInteger(long)) return long;
        throw new Unusual();
      }
      default:
        throw new Unusual();
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Unusual();
    return byte;
  }

  #long(): number {
    const at = this.#at;
    this.#at += 8;
    return this.#bytes.readInt32LE(at + 4) * 2 ** 32 + this.#bytes.readUInt32LE(at);
  }

  #text(field: Field): string {
    const length = this.#bytes.readInt32LE(this.#at) - 1;
    const at = this.#at + 4;
    this.#at = at + length + 1;
    if (field.textLength === length && this.#isSame(field.textAt, at, length)) return field.text;
    field.text = this.#bytes.toString('utf8', at, at + length);
    field.textAt = at;
    field.textLength = length;
    return field.text;
  }

  #isSame(one: number, other: number, length: number): boolean {
    const bytes = this.#bytes;
    // The ends differ first, where texts are ids.
    for (let i = length - 1; i >= 0; i--) if (bytes[one + i] !== bytes[other + i]) return false;
    return true;
  }

  #field(): Field {
    const guess = this.#last?.next;
    const field =
      guess && this.#isHere(guess) ? guess : (this.#fields.find((known) => this.#isHere(known)) ?? this.#newField());
    if (this.#last) this.#last.next = field;
    this.#last = field;
    this.#at += field.bytes.length + 1;
    return field;
  }

  #isHere({ bytes: name }: Field): boolean {
    const bytes = this.#bytes;
    const at = this.#at;
    const length = name.length;
    if (bytes[at + length] !== 0) return false;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== name[i]) return false;
    return true;
  }

  #newField(): Field {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0 || this.#fields.length === MOST_NAMES) throw new Unusual();
    const bytes = this.#bytes.subarray(this.#at, end);
    const name = bytes.toString('utf8');
    // It would not become a field of its own.
    if (name === '__proto__') throw new Unusual();
    const field = { name, bytes, text: '', textAt: 0, textLength: -1, next: undefined };
    this.#fields.push(field);
    return field;
  }
}
