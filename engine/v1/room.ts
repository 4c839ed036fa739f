import type { Request, RequestHandler } from 'express';
import { ApiProblem } from '../api/problem.ts';

/** The largest body that is read. */
export const BATCH_BYTES = 500 * 1024;
const RETRY_AFTER_SECONDS = 5;
/** Bodies being read and taken in at one time; parsed, they take several times as much. */
const MOST_READING_BYTES = 8 * 1024 * 1024;

/** Puts a caller off until later. @throws ApiProblem 429 */
export function putOff({ res }: Request): never {
  res?.setHeader('Retry-After', String(RETRY_AFTER_SECONDS));
  throw new ApiProblem(429, 'More events wait than can be taken on; send them again later.');
}

/** Lets a request in only while there is room for its body, so that memory stays bounded however many call at once. */
export function createRoom(isFull: () => boolean): RequestHandler {
  let readingBytes = 0;
  return (request, response, next) => {
    const bytes = mostBytesOf(request);
    if (isFull() || readingBytes + bytes > MOST_READING_BYTES) putOff(request);
    readingBytes += bytes;
    response.once('close', () => {
      readingBytes -= bytes;
    });
    next();
  };
}

/** What is compressed, or does not say how long it is, may be as long as any. */
function mostBytesOf({ headers }: Request): number {
  const length = Number(headers['content-length'] ?? Number.NaN);
  const isPlain = headers['content-encoding'] === undefined || headers['content-encoding'] === 'identity';
  return isPlain && length >= 0 ? Math.min(length, BATCH_BYTES) : BATCH_BYTES;
}
