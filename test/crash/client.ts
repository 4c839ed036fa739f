import { setTimeout as pause } from 'node:timers/promises';
import { nanoid } from 'nanoid';
import { createWriteKey } from '../support/v1.ts';
import type { CrashHouse } from './crash-house.ts';

/** A call to `track`, as an outside system makes and repeats it. */
export type Call = { messageId: string; userId: string; event: string; properties?: Record<string, unknown> };

/** What an outside system with a write key of its own sends along. */
export async function writerHeaders(engine: CrashHouse['engine']): Promise<Record<string, string>> {
  const secret = `wk_${nanoid()}`;
  await createWriteKey(engine, secret);
  return { authorization: `Basic ${btoa(`${secret}:`)}`, 'content-type': 'application/json' };
}

/** An outside system that tells of events, and tells again whatever was not acknowledged. */
export async function openClient({ engine, urls }: Pick<CrashHouse, 'engine' | 'urls'>) {
  const headers = await writerHeaders(engine);

  /** Whether the server took it; false where there was no answer. */
  async function once(call: Call, server = 0): Promise<boolean> {
    const body = JSON.stringify({ context: { traits: { email: `${call.userId}@crowd.example` } }, ...call });
    const answer = await fetch(`${urls[server]}/v1/track`, { method: 'POST', headers, body }).catch(() => null);
    await answer?.arrayBuffer().catch(() => null);
    return answer?.ok ?? false;
  }

  return {
    once,
    /** Calls again and again under the same id until it is taken. */
    async untilTaken(call: Call, server = 0): Promise<void> {
      while (!(await once(call, server))) await pause(200);
    },
    /** So many calls of an event, each of somebody new. */
    calls: (event: string, howMany: number): Call[] =>
      Array.from({ length: howMany }, () => ({ messageId: nanoid(), userId: nanoid(), event })),
  };
}
