import { decode, type Doc } from '../bson/document.ts';
import { inspect } from '../bson/inspect.ts';
import { endOfName, isAt } from '../bson/names.ts';
import { take } from '../bson/pick.ts';
import { BrokenStream, Fault } from '../faults.ts';
import { HEADER_BYTES } from './frames.ts';

export const OP_REPLY = 1;
export const OP_QUERY = 2004;
export const OP_MSG = 2013;

const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
/** Of the bits 0 to 15 a receiver must refuse those it does not know; exhaustAllowed is bit 16. */
const REQUIRED_BITS = 0xffff;

/** What identifies a request even when the rest of it cannot be read. */
export interface Envelope {
  readonly requestId: number;
  readonly opCode: typeof OP_QUERY | typeof OP_MSG;
  /** False when the client asked for no reply (w: 0). */
  readonly wantsReply: boolean;
}

export interface Request {
  readonly body: Doc;
  /** Documents sent beside the body, and those to be inserted or to update by, stay bytes: that is how they are stored. */
  readonly sequences: ReadonlyMap<string, Buffer[]>;
}

/** @throws BrokenStream for a message that nobody could answer. */
export function readEnvelope(message: Buffer): Envelope {
  const opCode = message.readInt32LE(12);
  if (opCode !== OP_MSG && opCode !== OP_QUERY) throw new BrokenStream(`opcode ${opCode} is not supported`);
  if (message.length < HEADER_BYTES + 4) throw new BrokenStream('a message without flags');
  const wantsReply = opCode === OP_QUERY || (message.readUInt32LE(HEADER_BYTES) & MORE_TO_COME) === 0;
  return { requestId: message.readInt32LE(4), opCode, wantsReply };
}

/** @throws Fault for a body that is malformed, too deep, or uses an option this server lacks. */
export function readRequest(message: Buffer, { opCode }: Envelope): Request {
  return opCode === OP_MSG ? readMsg(message) : readQuery(message);
}

function readMsg(message: Buffer): Request {
  const flags = message.readUInt32LE(HEADER_BYTES);
  if (flags & REQUIRED_BITS & ~MORE_TO_COME)
    throw new Fault('BadValue', flags & CHECKSUM_PRESENT ? 'checksums are not supported' : `unknown flags ${flags}`);
  let body: Doc | undefined;
  const sequences = new Map<string, Buffer[]>();
  let at = HEADER_BYTES + 4;
  while (at < message.length) {
    const kind = message[at++];
    const section = slice(message, at, message.length);
    if (kind === 0 && !body) body = readBody(section, sequences);
    else if (kind === 1) readSequence(section, sequences);
    else throw new Fault('BadValue', `a section of kind ${kind} is not expected here`);
    at += section.length;
  }
  if (!body) throw new Fault('BadValue', 'a message without a body');
  return { body, sequences };
}

/** Commands whose list of documents stays bytes. */
const RAW_LISTS = [
  { command: Buffer.from('insert\0'), list: 'documents', name: Buffer.from('documents\0') },
  { command: Buffer.from('update\0'), list: 'updates', name: Buffer.from('updates\0') },
];
const DOCUMENT = 0x03;
const LIST = 0x04;

/** The body of a command. Drivers that insert or update put the documents into it. */
function readBody(section: Buffer, into: Map<string, Buffer[]>): Doc {
  inspect(section);
  const raw = RAW_LISTS.find(({ command }) => isAt(section, 5, command));
  if (!raw) return decode(section);
  const { rest, taken } = take(section, 0, { name: raw.name, type: LIST });
  const documents = taken && documentsOf(taken);
  if (!documents) return decode(section);
  into.set(raw.list, documents);
  return rest;
}

/** The documents of a list; nothing where one of them is something else. */
function documentsOf(list: Buffer): Buffer[] | undefined {
  const documents: Buffer[] = [];
  for (let at = 4; list[at] !== 0;) {
    if (list[at] !== DOCUMENT) return undefined;
    const document = endOfName(list, at + 1) + 1;
    at = document + list.readInt32LE(document);
    documents.push(list.subarray(document, at));
  }
  return documents;
}

function readSequence(section: Buffer, into: Map<string, Buffer[]>): void {
  const nameEnd = section.indexOf(0, 4);
  if (nameEnd < 0) throw new Fault('InvalidBSON', 'a sequence without the end of its name');
  const documents: Buffer[] = [];
  for (let at = nameEnd + 1; at < section.length;) {
    const bytes = slice(section, at, section.length);
    inspect(bytes);
    documents.push(bytes);
    at += bytes.length;
  }
  into.set(section.toString('utf8', 4, nameEnd), documents);
}

/** Lives on only as the first handshake of drivers that cannot know yet what a server speaks. */
function readQuery(message: Buffer): Request {
  const nameEnd = message.indexOf(0, HEADER_BYTES + 4);
  if (nameEnd < 0) throw new Fault('InvalidBSON', 'a query without the end of its namespace');
  const [db] = message.toString('utf8', HEADER_BYTES + 4, nameEnd).split('.');
  const skipAndCount = 8;
  const bytes = slice(message, nameEnd + 1 + skipAndCount, message.length);
  inspect(bytes);
  const body = decode(bytes);
  return { body: { ...body, $db: db }, sequences: new Map() };
}

/** The document or section that begins at `at` with its own length. */
function slice(bytes: Buffer, at: number, end: number): Buffer {
  const length = at + 5 > end ? 0 : bytes.readInt32LE(at);
  if (length < 5 || at + length > end) throw new Fault('InvalidBSON', 'a length is out of range');
  return bytes.subarray(at, at + length);
}
