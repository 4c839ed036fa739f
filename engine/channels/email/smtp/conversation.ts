import { setTimeout as pause } from 'node:timers/promises';
import { crashPoint, isArmed } from '../../../crash-points.ts';
import type { Connection } from './connection.ts';
import { createReplyReader, type Reply } from './replies.ts';
import { onTheWire } from './wire-form.ts';

/** A mail ready for the wire. */
export type Mail = { from: string; to: string; bytes: Buffer };

/** What the gate says before the first byte: go, no, or nothing because it could not be asked. */
export type GateAnswer = 'open' | 'shut' | 'unanswered';

/** What became of a mail. */
export type Outcome =
  | { kind: 'accepted'; response: string }
  /** The server said no, before the body or after its end; nobody got the mail. */
  | { kind: 'refused'; code: number; response: string; recipient: boolean; gated: boolean }
  /** The server speaks with none of our connections: it blocks whoever we send as, whoever it is for. */
  | { kind: 'turnedAway'; response: string }
  /** The gate was shut or unanswered: not one byte of the mail was sent. */
  | { kind: 'withheld'; gate: GateAnswer }
  /** The connection failed; `gated` when the gate had been asked, though no byte was sent. */
  | { kind: 'unreachable'; response: string; gated: boolean }
  /** Bytes went out and no answer came: it may have arrived. */
  | { kind: 'uncertain'; response: string };

/** A mail that waits for a connection. */
export type Turn = { mail: Mail; askGate: () => Promise<GateAnswer>; done: (outcome: Outcome) => void };

/** The conversation ended with an earlier mail, before the server had said a word about this one. */
export type Cut = { kind: 'cut' };

/** A conversation's last turn, of which nobody has been told yet. */
export type Ending = { turn: Turn; outcome: Outcome | Cut };

/** A server's attention, for one mail after the other. */
export interface Conversation {
  /**
   * Sends a mail: its gate is asked after the server's 354 and before the first byte. With the mail's end go the next
   * one's commands, where the server takes them in batches and `next` has one, and so on.
   */
  carry(first: Turn, next: () => Turn | undefined): Promise<Ending>;
  /** Whether the server forgets a mail it has refused, so that the connection can take another. */
  reset(): Promise<boolean>;
}

export const SERVICE_CLOSES = 421;
const GO_ON = 354;
/** Codes by which a server complains about our sign-in, which says nothing about the recipient. */
const SIGN_IN_CODES = new Set([530, 534, 535, 538]);
const NO_SUCH_ADDRESS = 553;
/** Long enough for bytes to have left before the process dies. */
const ON_THE_WIRE_MS = 50;

type No = Reply & { recipient: boolean };

/** A turn under way: how far it is, whether the server has said anything about it, and its first no. */
type UnderWay = {
  turn: Turn;
  stage: 'announced' | 'gate' | 'lost' | 'body';
  gate: Promise<GateAnswer>;
  follows: boolean;
  heard: boolean;
  no: No | null;
};

/** Takes a connection over for its mails. */
export function createConversation({ socket, abilities, onEnd, close }: Connection): Conversation {
  /** Who is to hear the next replies, in the order of what was said. */
  const listeners: ((reply: Reply) => void)[] = [];
  let underWay: UnderWay[] = [];
  let next: () => Turn | undefined = () => undefined;
  let tellEnding: (ending: Ending) => void = () => undefined;
  let tellReset: ((done: boolean) => void) | null = null;

  const read = createReplyReader((reply) => {
    const listener = listeners.shift();
    // Said before it was asked: whatever it is about, it is not what comes next.
    if (!listener) return fail(reply.text);
    listener(reply);
    if (reply.code === SERVICE_CLOSES) fail(reply.text);
  });
  socket.on('data', (bytes: Buffer) => {
    try {
      read(bytes);
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  });
  onEnd(fail);

  /** The commands that announce a mail: all, or the first of them where the server wants them one by one. */
  function announce(turn: Turn, follows: boolean): string {
    const { mail } = turn;
    const gate = Promise.resolve('unanswered' as const);
    const one: UnderWay = { turn, stage: 'announced', gate, follows, heard: false, no: null };
    underWay.push(one);
    const noted = (recipient: boolean) => (reply: Reply) => {
      one.heard = true;
      if (!isYes(reply)) one.no ??= { ...reply, recipient };
    };
    const from = `MAIL FROM:<${mail.from}>${parametersFor(mail)}\r\n`;
    const to = `RCPT TO:<${mail.to}>\r\n`;
    const data = 'DATA\r\n';
    const onData = (reply: Reply): void => mayBegin(one, reply);
    if (abilities.pipelining) {
      listeners.push(noted(false), noted(true), onData);
      return from + to + data;
    }
    const thenSay = (recipient: boolean, words: string, listener: (reply: Reply) => void) => (reply: Reply) => {
      noted(recipient)(reply);
      if (one.no) return refuse(one, one.no);
      listeners.push(listener);
      socket.write(words);
    };
    listeners.push(thenSay(false, to, thenSay(true, data, onData)));
    return from;
  }

  function parametersFor({ from, to, bytes }: Mail): string {
    const utf8 = abilities.utf8 && !isAscii(from + to) ? ' SMTPUTF8' : '';
    return abilities.size ? `${utf8} SIZE=${bytes.length}` : utf8;
  }

  /** The answer to DATA: whether the body may come. */
  function mayBegin(one: UnderWay, reply: Reply): void {
    const isOpen = reply.code === GO_ON;
    if (isOpen && !one.no) return void knock(one);
    refuse(one, one.no ?? { ...reply, recipient: false });
    // It waits for a body that it will not get.
    if (isOpen) close();
  }

  function refuse(one: UnderWay, no: No): void {
    const outcome = refusalOf(no);
    end(one, outcome);
    if (outcome.kind !== 'refused') close();
  }

  async function knock(one: UnderWay): Promise<void> {
    crashPoint('recipient-taken');
    one.stage = 'gate';
    one.gate = one.turn.askGate().catch(() => 'unanswered' as const);
    const gate = await one.gate;
    // Given up meanwhile: whatever the gate says, the server gets no byte.
    if (one.stage !== 'gate') return;
    if (gate === 'open') {
      crashPoint('gate-written');
      return leave(one);
    }
    end(one, { kind: 'withheld', gate });
    close();
  }

  async function leave(one: UnderWay): Promise<void> {
    one.stage = 'body';
    listeners.push((reply) => conclude(one, reply));
    const following = abilities.pipelining ? next() : undefined;
    const bytes = onTheWire(one.turn.mail.bytes, following && announce(following, true));
    const half = isArmed('half-sent') ? bytes.length >> 1 : 0;
    if (half > 0) {
      socket.write(bytes.subarray(0, half));
      await pause(ON_THE_WIRE_MS);
      crashPoint('half-sent');
    }
    socket.write(bytes.subarray(half));
    if (isArmed('dot-sent')) setTimeout(crashPoint, ON_THE_WIRE_MS, 'dot-sent');
  }

  function conclude(one: UnderWay, { code, text }: Reply): void {
    const response = wordsOf(text);
    if (isYes({ code, text })) return end(one, { kind: 'accepted', response });
    end(one, { kind: 'refused', code, response, recipient: false, gated: true });
    // It may be about them all: who follows comes after whatever this leads to.
    fail(response);
  }

  /** A turn is over; the conversation is, where nobody follows. */
  function end(one: UnderWay, outcome: Ending['outcome']): void {
    if (!underWay.includes(one)) return;
    underWay = underWay.filter((other) => other !== one);
    if (underWay.length === 0) tellEnding({ turn: one.turn, outcome });
    else if (outcome.kind !== 'cut') one.turn.done(outcome);
  }

  /** Nothing more is said by either side. */
  function fail(reason: string): void {
    const response = wordsOf(reason);
    listeners.length = 0;
    tellReset?.(false);
    for (const one of underWay) {
      if (one.stage === 'body') end(one, { kind: 'uncertain', response });
      else if (one.stage === 'gate') void lose(one, response);
      else if (one.stage === 'announced') end(one, lostBeforeGate(one, response));
    }
    close();
  }

  /** The gate may still be on its way; whether it opened decides what has to be put back. */
  async function lose(one: UnderWay, response: string): Promise<void> {
    one.stage = 'lost';
    const gate = await one.gate;
    end(one, { kind: 'unreachable', response, gated: gate !== 'shut' });
  }

  return {
    carry: (first, takeNext) =>
      new Promise((resolve) => {
        next = takeNext;
        tellEnding = resolve;
        const words = announce(first, false);
        if (socket.destroyed) fail('The mail server closed the connection.');
        else socket.write(words);
      }),
    reset: () =>
      new Promise((resolve) => {
        tellReset = resolve;
        listeners.push((reply) => resolve(isYes(reply)));
        socket.write('RSET\r\n');
      }),
  };
}

function lostBeforeGate({ no, follows, heard }: UnderWay, response: string): Ending['outcome'] {
  if (no) return refusalOf(no);
  return follows && !heard ? { kind: 'cut' } : { kind: 'unreachable', response, gated: false };
}

/** A no that is none, or that is about our sign-in, says nothing about the mail. */
function refusalOf({ code, text, recipient }: No): Outcome {
  const response = wordsOf(text);
  if (code < 400 || SIGN_IN_CODES.has(code)) return { kind: 'unreachable', response, gated: false };
  return { kind: 'refused', code, response, recipient, gated: false };
}

function isYes({ code }: Reply): boolean {
  return code >= 200 && code < 300;
}

/** The server's own words, cut to what is worth keeping. */
function wordsOf(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

/** What no server need be asked: an address that would end the command it stands in, or none. */
export function unspeakable({ from, to }: Mail): Outcome | null {
  if (to !== '' && !/[\r\n<>]/.test(from + to)) return null;
  const response = `Invalid address ${JSON.stringify(/[\r\n<>]/.test(from) ? from : to)}`;
  return { kind: 'refused', code: NO_SUCH_ADDRESS, response, recipient: true, gated: false };
}
