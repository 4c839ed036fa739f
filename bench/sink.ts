import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Accepted } from './mail-sink.ts';

/** A mail that came in, and when, in milliseconds of the wall clock. */
export type Arrival = Accepted & { at: number };

/** What a sink process is asked: how many mails there are, or those from the so-manieth on. */
export type SinkQuestion = { id: number; from: number | null };
export type SinkAnswer = { id: number } & ({ mails: number; keys: number } | { arrivals: Arrival[] });

/** A mail server in a process of its own that takes everything and remembers who came when. */
export interface Sink {
  url: string;
  pid: number;
  /** How many mails came in, and how many different deliveries they were. */
  tally(): Promise<{ mails: number; keys: number }>;
  /** Those that came in after the first `from`. */
  since(from: number): Promise<Arrival[]>;
  close(): Promise<void>;
}

/** Starts a sink on a free port of loopback. */
export async function openSink(): Promise<Sink> {
  const child = fork(fileURLToPath(new URL('sink-process.ts', import.meta.url)), { serialization: 'advanced' });
  const exited = once(child, 'exit');
  const waiting = new Map<number, (answer: SinkAnswer) => void>();
  const [hello]: { url: string }[] = await once(child, 'message');
  child.on('message', (answer: SinkAnswer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  let asked = 0;
  const ask = (from: number | null) =>
    new Promise<SinkAnswer>((resolve, reject) => {
      const id = asked++;
      waiting.set(id, resolve);
      child.send({ id, from } satisfies SinkQuestion, (error) => error && reject(error));
    });
  return {
    url: hello?.url ?? '',
    pid: child.pid ?? 0,
    async tally() {
      const answer = await ask(null);
      return 'mails' in answer ? answer : { mails: 0, keys: 0 };
    },
    async since(from) {
      const answer = await ask(from);
      return 'arrivals' in answer ? answer.arrivals : [];
    },
    async close() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
