import express, { type Request, type RequestHandler } from 'express';
import { ApiProblem } from '../api/problem.ts';
import { EVENT_BYTES } from './batch.ts';
import { type Callers, noKey } from './caller.ts';

/** The largest body that is read. */
const BATCH_BYTES = 500 * 1024;
const RETRY_AFTER_SECONDS = 5;
/** Bodies being read and taken in at one time; parsed, they take several times as much. */
const MOST_READING_BYTES = 8 * 1024 * 1024;
const MOST_UNKNOWN_BYTES = 1024 * 1024;

/** Puts a caller off until later. @throws ApiProblem 429 */
export function putOff({ res }: Request): never {
  res?.setHeader('Retry-After', String(RETRY_AFTER_SECONDS));
  throw new ApiProblem(429, 'More events wait than can be taken on; send them again later.');
}

/**
 * Reads a body only while there is room for it, so that memory stays bounded however many call at once. Who shows no key
 * in the headers may have one in a small body; they share a room of their own, which strangers may fill.
 */
export function createRoom(isFull: () => boolean, callers: Pick<Callers, 'isShown'>): RequestHandler {
  const known = roomFor(BATCH_BYTES, MOST_READING_BYTES);
  const unknown = roomFor(EVENT_BYTES, MOST_UNKNOWN_BYTES);
  return async (request, response, next) => {
    const isKnown = await callers.isShown(request);
    // Gone while the key was looked up, the request would never leave its room again.
    if (response.closed) return;
    if (!isKnown && !(lengthOf(request) <= EVENT_BYTES)) throw noKey();
    const room = isKnown ? known : unknown;
    const bytes = mostBytesOf(request, room.largest);
    if (isFull() || room.taken + bytes > room.most) putOff(request);
    room.taken += bytes;
    response.once('close', () => {
      room.taken -= bytes;
    });
    room.read(request, response, next);
  };
}

/** Room for so many bytes at one time, in bodies of at most `largest` as they are once unpacked. */
function roomFor(largest: number, most: number) {
  return { taken: 0, most, largest, read: express.raw({ type: () => true, limit: largest }) };
}

/** What is compressed, or does not say how long it is, may be as long as any. */
function mostBytesOf(request: Request, largest: number): number {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  const length = lengthOf(request);
  return encoding === 'identity' && length >= 0 ? Math.min(length, largest) : largest;
}

function lengthOf({ headers }: Request): number {
  return Number(headers['content-length'] ?? Number.NaN);
}
