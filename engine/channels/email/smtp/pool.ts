import { HOUR_MS } from '#shared/duration.ts';
import { crashPoint } from '../../../crash-points.ts';
import { type Connection, openConnection, type Patience } from './connection.ts';
import { Conversation, type Ending, type Turn } from './conversation.ts';
import { type GateAnswer, type Mail, type Outcome, SERVICE_CLOSES, unspeakable } from './outcome.ts';

/** Mails over one connection before it is renewed; many servers refuse more. */
const MAILS_PER_CONNECTION = 100;
const IDLE_MS = 5_000;
/** After a failed connect, how long others are refused at once instead of knocking too. */
const RETREAT_MS = 500;
/** How long no mail is announced early to a server that has overlooked one. */
const ONE_BY_ONE_MS = HOUR_MS;

type Line = {
  connection: Connection;
  conversation: Conversation;
  mails: number;
  idle: NodeJS.Timeout | null;
  alive: boolean;
};
type Server = { url: string; patience: Patience };
type Waiting = { turn: Turn; ahead: boolean };

/** Connections to one mail server, shared by all batches of this process. */
export interface Pool {
  /** How many connections it opens at most. */
  size: number;
  /** `ahead`: takes the next free connection before those that wait already. */
  send(mail: Mail, askGate: () => Promise<GateAnswer>, place?: { ahead: boolean }): Promise<Outcome>;
  close(): void;
}

/** Our own pool, because nodemailer's reads a mail before the server has agreed to its recipient. */
export function createPool({ size, ...server }: Server & { size: number }): Pool {
  const lines = createLines(server);
  const waiting: Waiting[] = [];
  let inUse = 0;
  let oneByOneUntil = 0;

  /** One of the pool's places, for as long as somebody waits for it. */
  async function serve(first: Turn): Promise<void> {
    let turn: Turn | undefined = first;
    while (turn) turn = (await carry(turn)) ?? waiting.shift()?.turn;
    inUse--;
  }

  /** Carries a mail, and those that follow it over the same connection; answers one that has to be carried again. */
  async function carry(first: Turn): Promise<Turn | undefined> {
    const line = await lines.take();
    if ('kind' in line) {
      first.done(line);
      return undefined;
    }
    const isWorn = line.mails > 0;
    const next = (): Turn | undefined => {
      // Who goes ahead takes whichever connection is free first.
      const isAlone = line.mails >= MAILS_PER_CONNECTION || waiting[0]?.ahead === true || Date.now() < oneByOneUntil;
      const followed = isAlone ? undefined : waiting.shift();
      if (followed) line.mails++;
      return followed?.turn;
    };
    line.mails++;
    const { turn, outcome } = await line.conversation.carry(first, next);
    await lines.giveBack(line, outcome);
    const wasEarly = turn !== first && isOutOfStep(outcome);
    if (wasEarly || (outcome.kind === 'cut' && outcome.overlooked)) oneByOneUntil = Date.now() + ONE_BY_ONE_MS;
    if (wasEarly || outcome.kind === 'cut') return turn;
    // A server ends a connection that has lasted too long with 421; by a new one it says whether it means us.
    if ((isWorn || turn !== first) && endsLine(outcome)) return turn;
    turn.done(outcome);
    return undefined;
  }

  return {
    size,
    close: lines.close,
    send: (mail, askGate, { ahead } = { ahead: false }) =>
      new Promise((done) => {
        const wrong = unspeakable(mail);
        if (wrong) return done(wrong);
        const turn = { mail, askGate, done };
        if (inUse >= size) return void (ahead ? waiting.unshift({ turn, ahead }) : waiting.push({ turn, ahead }));
        inUse++;
        void serve(turn);
      }),
  };
}

const CLOSED: Outcome = { kind: 'unreachable', response: 'The connections are closed.', gated: false };

/** Open connections, kept for a while after use. */
function createLines({ url, patience }: Server) {
  const idle: Line[] = [];
  let failedAt = 0;
  let failure: Outcome = CLOSED;
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
        const connection = await openConnection(url, patience);
        const conversation = new Conversation(connection);
        const line: Line = { connection, conversation, mails: 0, idle: null, alive: true };
        crashPoint('connected');
        connection.onEnd(() => (line.alive = false));
        return line;
      } catch (error) {
        failedAt = Date.now();
        failure = failureOf(error);
        return failure;
      }
    },

    /** Only a conversation that is surely back at its beginning is used again. */
    async giveBack(line: Line, outcome: Ending['outcome']): Promise<void> {
      const refused = outcome.kind === 'refused' && !outcome.gated && !endsLine(outcome);
      const clean = outcome.kind === 'accepted' || (refused && line.alive && (await line.conversation.reset()));
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
      failure = CLOSED;
      for (const line of idle.splice(0)) {
        if (line.idle) clearTimeout(line.idle);
        line.connection.close();
      }
    },
  };
}

/** RFC 5321, 4.2.2: words it did not understand, or that it did not expect just then. */
const OUT_OF_STEP = new Set([500, 501, 502, 503, 504]);
/** By this some say that they were spoken to too early; of a recipient it is an ordinary no. */
const TRANSACTION_FAILED = 554;

/** Whether a no may be to a mail's being announced so early rather than to the mail: alone it is asked again. */
function isOutOfStep(outcome: Ending['outcome']): boolean {
  if (outcome.kind !== 'refused' || outcome.gated) return false;
  return OUT_OF_STEP.has(outcome.code) || (outcome.code === TRANSACTION_FAILED && !outcome.recipient);
}

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
