import { setTimeout as pause } from 'node:timers/promises';
import type { Asking } from './clocked.ts';
import { crowdName } from './crowd.ts';
import type { Place } from './place.ts';

/** What came of a stretch of events: how long each took until its mail was accepted, and what went wrong. */
export type Heard = { latenciesMs: number[]; seconds: number; lost: number; doubled: number; putOff: number };

/** When each event was sent, by its contact's name; and how often a call was put off with 429. */
export type SentEvents = { at: Map<string, number>; putOff: number };

/** Whose events are sent: so many of the crowd from the so-manieth on. */
type Stretch = { event: string; first: number; count: number };

/** A mail that has not come by now does not come. */
const LOST_AFTER_MS = 60_000;
const CONNECTIONS = 32;

const nowMs = () => performance.timeOrigin + performance.now();

/** Sends events, waits for their mails, and matches them. */
export async function listenTo({ sink }: Place, send: () => Promise<SentEvents>): Promise<Heard> {
  const { mails: before } = await sink.tally();
  const { at, putOff } = await send();
  const arrived = new Map<string, number>();
  let doubled = 0;
  const waitsUntil = nowMs() + LOST_AFTER_MS;
  for (let seen = before; arrived.size < at.size && nowMs() < waitsUntil; await pause(100)) {
    const mails = await sink.since(seen);
    seen += mails.length;
    for (const mail of mails) {
      const name = mail.to.split('@')[0] ?? '';
      if (!at.has(name)) continue;
      if (arrived.has(name)) doubled += 1;
      else arrived.set(name, mail.at);
    }
  }
  const latenciesMs = [...arrived].map(([name, came]) => came - (at.get(name) ?? came));
  const seconds = (Math.max(...arrived.values()) - Math.min(...at.values())) / 1_000;
  return { latenciesMs, seconds, lost: at.size - arrived.size, doubled, putOff };
}

/** Sends events at a steady pace, however long the answers take; no more once `goesOn` says no. */
export async function steadily(
  tracking: Asking,
  { event, first, count, perSecond, goesOn }: Stretch & { perSecond: number; goesOn?: () => Promise<boolean> },
): Promise<SentEvents> {
  const sent: SentEvents = { at: new Map(), putOff: 0 };
  const open: Promise<void>[] = [];
  const begin = performance.now();
  for (let index = 0; index < count; index++) {
    if (goesOn && !(await goesOn())) break;
    open.push(sendOne(tracking, sent, { event, name: crowdName(first + index) }));
    await pause(Math.max(0, begin + ((index + 1) * 1_000) / perSecond - performance.now()));
  }
  await Promise.all(open);
  return sent;
}

/** Sends events as fast as they are taken. */
export async function allAtOnce(tracking: Asking, { event, first, count }: Stretch): Promise<SentEvents> {
  const sent: SentEvents = { at: new Map(), putOff: 0 };
  let next = first;
  const carry = async () => {
    while (next < first + count) await sendOne(tracking, sent, { event, name: crowdName(next++) });
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, carry));
  return sent;
}

/** Sends one, again when it is put off, as a client does. */
async function sendOne(tracking: Asking, sent: SentEvents, { event, name }: { event: string; name: string }) {
  sent.at.set(name, nowMs());
  const call = { event, userId: name, messageId: `bench-${name}`, properties: { total: 10 } };
  for (let tries = 0; ; tries++) {
    try {
      await tracking.ask('POST', '/v1/track', call);
      return;
    } catch (error) {
      if (tries >= 10 || !(error instanceof Error) || !error.message.includes(': 429 ')) throw error;
      sent.putOff += 1;
      await pause(5_000);
    }
  }
}

/** The value below which a share of all values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
