import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { openConnection, type Patience } from './connection.ts';
import { type GateAnswer, type Mail, type Outcome, transmit } from './transmit.ts';

/** Mails over one connection before it is renewed; many servers refuse more. */
const MAILS_PER_CONNECTION = 100;
const IDLE_MS = 5_000;
/** After a failed connect, how long others are refused at once instead of knocking too. */
const RETREAT_MS = 500;

type Line = { connection: SMTPConnection; mails: number; idle: NodeJS.Timeout | null; alive: boolean };

/** Connections to one mail server, shared by all batches of this process. */
export interface Pool {
  /** How many mails can be under way at once. */
  size: number;
  send(mail: Mail, askGate: () => Promise<GateAnswer>): Promise<Outcome>;
  close(): void;
}

/** Our own pool, because nodemailer's reads a mail before the server has agreed to its recipient. */
export function createPool({ url, size, patience }: { url: string; size: number; patience: Patience }): Pool {
  const idle: Line[] = [];
  const waiting: (() => void)[] = [];
  let inUse = 0;
  let failedAt = 0;
  let failure = '';
  let closed = false;

  async function send(mail: Mail, askGate: () => Promise<GateAnswer>): Promise<Outcome> {
    // A place given up goes straight to the first who waits, so that nobody slips in between.
    if (inUse >= size) await new Promise<void>((resolve) => waiting.push(resolve));
    else inUse++;
    try {
      const line = await take();
      if (line === null) return { kind: 'unreachable', response: failure, gated: false };
      const outcome = await transmit(line.connection, mail, askGate);
      line.mails++;
      await giveBack(line, outcome);
      return outcome;
    } finally {
      const next = waiting.shift();
      if (next) next();
      else inUse--;
    }
  }

  async function take(): Promise<Line | null> {
    for (let line = idle.pop(); line; line = idle.pop()) {
      if (line.idle) clearTimeout(line.idle);
      if (line.alive) return line;
    }
    if (closed || Date.now() - failedAt < RETREAT_MS) return null;
    try {
      const line: Line = { connection: await openConnection(url, patience), mails: 0, idle: null, alive: true };
      line.connection.once('end', () => (line.alive = false));
      return line;
    } catch (error) {
      failedAt = Date.now();
      failure = error instanceof Error ? error.message.slice(0, 300) : 'The mail server cannot be reached.';
      return null;
    }
  }

  /** Only a conversation that is surely back at its beginning is used again. */
  async function giveBack(line: Line, outcome: Outcome): Promise<void> {
    const clean = outcome.kind === 'accepted' || (outcome.kind === 'refused' && !outcome.gated && (await reset(line)));
    if (!clean || !line.alive || closed || line.mails >= MAILS_PER_CONNECTION) return line.connection.close();
    line.idle = setTimeout(() => {
      idle.splice(idle.indexOf(line), 1);
      line.connection.quit();
    }, IDLE_MS);
    line.idle.unref();
    idle.push(line);
  }

  return {
    size,
    send,
    close() {
      closed = true;
      for (const line of idle.splice(0)) {
        if (line.idle) clearTimeout(line.idle);
        line.connection.close();
      }
    },
  };
}

function reset({ connection, alive }: Line): Promise<boolean> {
  if (!alive) return Promise.resolve(false);
  return new Promise((resolve) => {
    const lost = () => resolve(false);
    connection.once('end', lost);
    connection.reset((error) => {
      connection.off('end', lost);
      resolve(!error);
    });
  });
}
