import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a bare loop sends, and how. */
export type BareOrder = {
  smtpUrl: string;
  /** The first one's number in the crowd. */
  first: number;
  mails: number;
  connections: number;
  content: { html: string; text: string };
  subject: string;
  plan: string;
};

/**
 * Runs a bare loop in a process of its own, to its end.
 * @throws Error when it fails
 */
export async function runBareLoop(order: BareOrder): Promise<void> {
  const child = fork(fileURLToPath(new URL('bare-loop.ts', import.meta.url)), { serialization: 'advanced' });
  const exited = once(child, 'exit');
  child.send(order);
  const [code]: (number | null)[] = await exited;
  if (code !== 0) throw new Error(`The bare loop ended with ${code}.`);
}
