import { Long } from 'bson';
import { encode, type Doc } from '../bson/document.ts';
import { HEADER_BYTES } from './frames.ts';
import { OP_MSG, OP_QUERY, OP_REPLY, type Envelope } from './request.ts';

/** A cursor's batch: stored documents go out as the bytes they are, never encoded anew. */
export class BatchReply {
  readonly namespace: string;
  /** 0 when there is no more to get. */
  readonly cursorId: number;
  readonly batchName: 'firstBatch' | 'nextBatch';
  readonly documents: readonly Uint8Array[];

  constructor(batch: Pick<BatchReply, 'namespace' | 'cursorId' | 'batchName' | 'documents'>) {
    this.namespace = batch.namespace;
    this.cursorId = batch.cursorId;
    this.batchName = batch.batchName;
    this.documents = batch.documents;
  }

  toBytes(): Buffer {
    const elements = this.documents.flatMap((document, i) => [elementHead(0x03, String(i)), document]);
    const cursor = joinDocument([
      elementHead(0x04, this.batchName),
      joinDocument(elements),
      elementsOf({ id: Long.fromNumber(this.cursorId), ns: this.namespace }),
    ]);
    return joinDocument([elementHead(0x03, 'cursor'), cursor, elementsOf({ ok: 1 })]);
  }
}

export type Reply = Doc | BatchReply;

let lastReplyId = 0;

/** The reply as bytes for the socket, in the form that the request's opcode calls for. */
export function encodeReply({ requestId, opCode }: Envelope, reply: Reply): Buffer {
  const body = reply instanceof BatchReply ? reply.toBytes() : encode(reply);
  const prefix = opCode === OP_QUERY ? queryReplyPrefix() : Buffer.alloc(5);
  const header = Buffer.alloc(HEADER_BYTES);
  lastReplyId = (lastReplyId + 1) & 0x7fffffff;
  header.writeInt32LE(HEADER_BYTES + prefix.length + body.length, 0);
  header.writeInt32LE(lastReplyId, 4);
  header.writeInt32LE(requestId, 8);
  header.writeInt32LE(opCode === OP_QUERY ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, prefix, body]);
}

/** Flags, cursor id, starting position, and a count of one document. */
function queryReplyPrefix(): Buffer {
  const prefix = Buffer.alloc(20);
  prefix.writeInt32LE(1, 16);
  return prefix;
}

function elementHead(type: number, name: string): Buffer {
  return Buffer.from(`${String.fromCharCode(type)}${name}\0`, 'latin1');
}

/** A document's elements without its length and end, to be joined with others. */
function elementsOf(doc: Doc): Uint8Array {
  const bytes = encode(doc);
  return bytes.subarray(4, bytes.length - 1);
}

function joinDocument(parts: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(4), ...parts, Buffer.alloc(1)]);
  bytes.writeInt32LE(bytes.length, 0);
  return bytes;
}
