import { asDocs, asText, decode, encode, type Doc } from '../bson/document.ts';
import type { Cursors } from '../cursors.ts';
import { Fault } from '../faults.ts';
import type { Run } from '../scheduler.ts';
import type { Catalog } from '../storage/catalog.ts';
import type { Collection } from '../storage/collection.ts';
import type { Reply } from '../wire/reply.ts';
import type { Request } from '../wire/request.ts';

export interface Call {
  readonly catalog: Catalog;
  readonly cursors: Cursors;
  readonly request: Request;
  readonly body: Doc;
  readonly db: string;
  /** The value of the command's own field: mostly a collection's name. */
  readonly target: unknown;
}

export interface Command {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** The options it takes; any other is refused rather than ignored, since it may change what is meant. */
  readonly options: readonly string[];
  readonly writes?: true;
  run(call: Call): Reply | Run;
}

/** The collection a command names. @throws Fault for what is no text */
export function targetName({ target }: Call): string {
  return asText(target, 'collection name');
}

/** Database and collection, joined as the wire protocol names them. */
export function namespaceOf(call: Call): string {
  return `${call.db}.${targetName(call)}`;
}

/** The collection a command is about; undefined where there is none yet. */
export function findCollection(call: Call): Collection | undefined {
  return call.catalog.find(call.db, targetName(call));
}

/** The collection a command is about. @throws Fault NamespaceNotFound where there is none */
export function requireCollection(call: Call): Collection {
  const collection = findCollection(call);
  if (!collection) throw new Fault('NamespaceNotFound', `ns not found ${namespaceOf(call)}`);
  return collection;
}

/** A list of documents, whether it came in the body or beside it. */
export function documentList({ request, body }: Call, name: string): Doc[] {
  return request.sequences.get(name)?.map(decode) ?? asDocs(body[name], name);
}

/** The same as bytes. */
export function documentBytes(call: Call, name: string): Buffer[] {
  return call.request.sequences.get(name) ?? documentList(call, name).map((doc) => Buffer.from(encode(doc)));
}

/** Refuses the fields of a command, or of a statement in it, that are not known. */
export function assertKnown(doc: Doc, known: readonly string[], where: string): void {
  for (const [field, value] of Object.entries(doc)) {
    if (known.includes(field) || value === undefined || value === null) continue;
    throw new Fault('UnknownField', `'${where}.${field}' is not supported by this server`);
  }
}
