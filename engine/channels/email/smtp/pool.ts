import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { crashPoint } from '../../../crash-points.ts';
import { openConnection, type Patience } from './connection.ts';
import { type GateAnswer, type Mail, type Outcome, transmit } from './transmit.ts';

/** Mails over one connection before it is renewed; many servers refuse more. */
const MAILS_PER_CONNECTION = 100;
const IDLE_MS = 5_000;
/** After a failed connect, how long others are refused at once instead of knocking too. */
const RETREAT_MS = 500;

type Line = { connection: SMTPConnection; mails: number; idle: NodeJS.Timeout | null; alive: boolean };
type Server = { url: string; patience: Patience };

/** Connections to one mail server, shared by all batches of this process. */
export interface Pool {
  /** How many mails can be under way at once. */
  size: number;
  /** `ahead`: takes the next free connection before those that wait already. */
  send(mail: Mail, askGate: () => Promise<GateAnswer>, place?: { ahead: boolean }): Promise<Outcome>;
  close(): void;
}

/** Our own pool, because nodemailer's reads a mail before the server has agreed to its recipient. */
export function createPool({ size, ...server }: Server & { size: number }): Pool {
  const lines = createLines(server);
  const waiting: (() => void)[] = [];
  let inUse = 0;

  return {
    size,
    close: lines.close,
    async send(mail, askGate, { ahead } = { ahead: false }) {
      // A place given up goes straight to the first who waits, so that nobody slips in between.
      if (inUse >= size)
        await new Promise<void>((resolve) => (ahead ? waiting.unshift(resolve) : waiting.push(resolve)));
      else inUse++;
      try {
        for (;;) {
          const line = await lines.take();
          if ('kind' in line) return line;
          const isWorn = line.mails > 0;
          const outcome = await transmit(line.connection, mail, askGate);
          await lines.giveBack(line, outcome);
          // A server ends a connection that has lasted too long with 421; by a new one it says whether it means us.
          if (!isWorn || !endsLine(outcome)) return outcome;
        }
      } finally {
        const next = waiting.shift();
        if (next) next();
        else inUse--;
      }
    },
  };
}

/** Open connections, kept for a while after use. */
function createLines({ url, patience }: Server) {
  const idle: Line[] = [];
  let failedAt = 0;
  let failure: Outcome = { kind: 'unreachable', response: 'The connections are closed.', gated: false };
  let closed = false;

  return {
    /** A connection at the beginning of its conversation, or why there is none. */
    async take(): Promise<Line | Outcome> {
      for (let line = idle.pop(); line; line = idle.pop()) {
        if (line.idle) clearTimeout(line.idle);
        if (line.alive) return line;
      }
      if (closed || Date.now() - failedAt < RETREAT_MS) return failure;
      try {
        const line: Line = { connection: await openConnection(url, patience), mails: 0, idle: null, alive: true };
        crashPoint('connected');
        line.connection.once('end', () => (line.alive = false));
        return line;
      } catch (error) {
        failedAt = Date.now();
        failure = failureOf(error);
        return failure;
      }
    },

    /** Only a conversation that is surely back at its beginning is used again. */
    async giveBack(line: Line, outcome: Outcome): Promise<void> {
      line.mails++;
      const refused = outcome.kind === 'refused' && !outcome.gated && !endsLine(outcome);
      const clean = outcome.kind === 'accepted' || (refused && (await reset(line)));
      if (!clean || !line.alive || closed || line.mails >= MAILS_PER_CONNECTION) return line.connection.close();
      line.idle = setTimeout(() => {
        idle.splice(idle.indexOf(line), 1);
        line.connection.quit();
      }, IDLE_MS);
      line.idle.unref();
      idle.push(line);
    },

    close(): void {
      closed = true;
      for (const line of idle.splice(0)) {
        if (line.idle) clearTimeout(line.idle);
        line.connection.close();
      }
    },
  };
}

const SERVICE_CLOSES = 421;

/** Whether the server has ended the conversation before the mail's first byte. */
function endsLine(outcome: Outcome): boolean {
  return outcome.kind === 'refused' && outcome.code === SERVICE_CLOSES && !outcome.gated;
}

/** RFC 5321, 3.1: no service here for whoever calls; and any greeting that names our standing (RFC 3463, 5.7). */
const NO_SERVICE = 554;
const OUR_STANDING = /\b5\.7\.\d{1,3}\b/;
/** Before anything was said of ourselves but our name. */
const FIRST_WORDS = new Set(['CONN', 'EHLO', 'HELO']);

/** A server that greets with 421 or blocks us says something about us; anything else is not there for now. */
function failureOf(error: unknown): Outcome {
  const response = (error instanceof Error ? error.message : 'The mail server cannot be reached.').slice(0, 300);
  const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
  const isGreeting = error instanceof Error && 'command' in error && FIRST_WORDS.has(String(error.command));
  if (code === SERVICE_CLOSES) return { kind: 'refused', code, response, recipient: false, gated: false };
  if (isGreeting && (code === NO_SERVICE || (code >= 500 && OUR_STANDING.test(response))))
    return { kind: 'turnedAway', response };
  return { kind: 'unreachable', response, gated: false };
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
