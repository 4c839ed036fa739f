import { nanoid } from 'nanoid';
import { EventKind } from '#shared/event.ts';
import { ApiProblem } from '../api/problem.ts';
import type { FieldError } from '../api/remedies.ts';
import type { IncomingEvent } from '../events/incoming.ts';
import type { RejectedEvent } from '../models/event.ts';
import { type Around, readEvent } from './incoming-event.ts';
import { saneText } from './sane.ts';

export const EVENT_BYTES = 32 * 1024;

/** A call of a batch that was refused, by its place in it. */
export type Rejected = { index: number; messageId: string | null; errors: FieldError[] };

/**
 * Reads a batch: what can be taken, and what is wrong with the rest.
 * @throws ApiProblem 400 where there is no batch to read.
 */
export function readBatch(
  body: object,
  around: Around,
): { taken: IncomingEvent[]; rejected: Rejected[]; kept: RejectedEvent[] } {
  const calls = 'batch' in body ? body.batch : undefined;
  if (!Array.isArray(calls) || calls.length === 0) {
    throw new ApiProblem(400, 'This is not a batch.', [{ path: 'batch', message: 'must be a list of calls' }]);
  }
  const taken: IncomingEvent[] = [];
  const rejected: Rejected[] = [];
  const kept: RejectedEvent[] = [];
  calls.forEach((call: unknown, index) => {
    const text = isDeeper(call, MOST_DEPTH) ? null : (JSON.stringify(call) ?? '');
    const read = text === null ? tooDeep : readOne(call, Buffer.byteLength(text), around);
    if ('event' in read) {
      taken.push(read.event);
      return;
    }
    const errors = read.errors.map(({ path, message }) => ({ path: under(index, path), message }));
    rejected.push({ index, messageId: messageIdOf(call), errors });
    const reason = errors.map(({ path, message }) => `${path} ${message}`).join('; ');
    const { receivedAt, source } = around;
    kept.push({ _id: nanoid(), body: saneText((text ?? '').slice(0, EVENT_BYTES)), reason, receivedAt, source });
  });
  return { taken, rejected, kept };
}

function readOne(call: unknown, bytes: number, around: Around): { event: IncomingEvent } | { errors: FieldError[] } {
  if (bytes > EVENT_BYTES) return { errors: [{ path: '', message: 'must not be larger than 32 KB' }] };
  if (typeof call !== 'object' || call === null) return { errors: [{ path: '', message: 'must be an object' }] };
  const kind = EventKind.safeParse('type' in call ? call.type : undefined);
  if (kind.success) return readEvent(kind.data, call, bytes, around);
  return { errors: [{ path: 'type', message: `must be ${EventKind.options.join(', ')}` }] };
}

/** Deeper than any call that is taken; writing it out again would overflow. */
const MOST_DEPTH = 100;
const tooDeep = { errors: [{ path: '', message: 'nests too deep' }] };

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((entry) => isDeeper(entry, levels - 1));
}

function under(index: number, path: string): string {
  return path === '' ? `batch.${index}` : `batch.${index}.${path}`;
}

function messageIdOf(call: unknown): string | null {
  if (typeof call !== 'object' || call === null || !('messageId' in call)) return null;
  return typeof call.messageId === 'string' ? saneText(call.messageId.slice(0, 200)) : null;
}
