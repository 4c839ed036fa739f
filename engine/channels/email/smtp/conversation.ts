import { setTimeout as pause } from 'node:timers/promises';
import { crashPoint, isArmed } from '../../../crash-points.ts';
import type { Abilities, Connection } from './connection.ts';
import {
  type GateAnswer,
  isYes,
  type Mail,
  type No,
  type Outcome,
  refusalOf,
  SERVICE_CLOSES,
  wordsOf,
} from './outcome.ts';
import { createReplyReader, type Reply } from './replies.ts';
import { onTheWire } from './wire-form.ts';

/** A mail that waits for a connection. */
export type Turn = { mail: Mail; askGate: () => Promise<GateAnswer>; done: (outcome: Outcome) => void };

/**
 * The conversation ended before the server had said a word about this mail, which was announced with the end of another;
 * `overlooked` where it had taken that one and was silent from then on.
 */
export type Cut = { kind: 'cut'; overlooked: boolean };

/** A conversation's last turn, of which nobody has been told yet. */
export type Ending = { turn: Turn; outcome: Outcome | Cut };

const GO_ON = 354;
/** Long enough for bytes to have left before the process dies. */
const ON_THE_WIRE_MS = 50;

/** A turn under way: how far it is, and the server's first no. */
type UnderWay = {
  turn: Turn;
  stage: 'announced' | 'gate' | 'lost' | 'body';
  gate: Promise<GateAnswer> | null;
  /** The mail with whose end it was announced, until the server says something about this one. */
  behind: UnderWay | null;
  accepted: boolean;
  no: No | null;
};

/** A server's attention, for one mail after the other, over a connection that is taken over for them. */
export class Conversation {
  readonly #connection: Connection;
  /** Who is to hear the next replies, in the order of what was said. */
  readonly #listeners: ((reply: Reply) => void)[] = [];
  #underWay: UnderWay[] = [];
  #next: () => Turn | undefined = () => undefined;
  #tellEnding: (ending: Ending) => void = () => undefined;
  #tellReset: (done: boolean) => void = () => undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    const read = createReplyReader((reply) => this.#hear(reply));
    connection.socket.on('data', (bytes: Buffer) => {
      try {
        read(bytes);
      } catch (error) {
        this.#fail(error instanceof Error ? error.message : String(error));
      }
    });
    connection.onEnd((reason, silent) => this.#fail(reason, silent));
  }

  /**
   * Sends a mail: its gate is asked after the server's 354 and before the first byte. With the mail's end go the next
   * one's commands, where the server takes them in batches and `next` has one, and so on. Turns but the last are told
   * what became of them.
   */
  carry(first: Turn, next: () => Turn | undefined): Promise<Ending> {
    return new Promise((resolve) => {
      this.#next = next;
      this.#tellEnding = resolve;
      const words = this.#announce(first, null);
      if (this.#connection.socket.destroyed) this.#fail('The mail server closed the connection.');
      else this.#say(words);
    });
  }

  /** Whether the server forgets a mail it has refused, so that the connection can take another. */
  reset(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#tellReset = resolve;
      this.#listeners.push((reply) => resolve(isYes(reply)));
      this.#say('RSET\r\n');
    });
  }

  #say(words: string | Buffer): void {
    this.#connection.socket.write(words);
  }

  #hear(reply: Reply): void {
    const listener = this.#listeners.shift();
    // Said before it was asked: whatever it is about, it is not what comes next.
    if (!listener) return this.#fail(reply.text);
    listener(reply);
    if (reply.code === SERVICE_CLOSES) this.#fail(reply.text);
  }

  /** The commands that announce a mail: all, or the first of them where the server wants them one by one. */
  #announce(turn: Turn, behind: UnderWay | null): string {
    const { mail } = turn;
    const one: UnderWay = { turn, stage: 'announced', gate: null, behind, accepted: false, no: null };
    this.#underWay.push(one);
    const noted = (recipient: boolean) => (reply: Reply) => {
      one.behind = null;
      if (!isYes(reply)) one.no ??= { ...reply, recipient };
    };
    const from = `MAIL FROM:<${mail.from}>${parametersOf(mail, this.#connection.abilities)}\r\n`;
    const to = `RCPT TO:<${mail.to}>\r\n`;
    const data = 'DATA\r\n';
    const onData = (reply: Reply): void => this.#mayBegin(one, reply);
    if (this.#connection.abilities.pipelining) {
      this.#listeners.push(noted(false), noted(true), onData);
      return from + to + data;
    }
    const thenSay = (recipient: boolean, words: string, listener: (reply: Reply) => void) => (reply: Reply) => {
      noted(recipient)(reply);
      if (one.no) return this.#refuse(one, one.no);
      this.#listeners.push(listener);
      this.#say(words);
    };
    this.#listeners.push(thenSay(false, to, thenSay(true, data, onData)));
    return from;
  }

  /** The answer to DATA: whether the body may come. */
  #mayBegin(one: UnderWay, reply: Reply): void {
    // Some say yes for it; where several replies are under way, one too many must not be taken for it.
    const isOpen = reply.code === GO_ON || (isYes(reply) && !this.#connection.abilities.pipelining);
    if (isOpen && !one.no) return void this.#knock(one);
    this.#refuse(one, one.no ?? { ...reply, recipient: false });
    // It waits for a body that it will not get.
    if (isOpen) this.#connection.close();
  }

  #refuse(one: UnderWay, no: No): void {
    const outcome = refusalOf(no);
    this.#end(one, outcome);
    if (outcome.kind !== 'refused') this.#connection.close();
  }

  async #knock(one: UnderWay): Promise<void> {
    crashPoint('recipient-taken');
    one.stage = 'gate';
    one.gate = one.turn.askGate().catch(() => 'unanswered' as const);
    const gate = await one.gate;
    // Given up meanwhile: whatever the gate says, the server gets no byte.
    if (one.stage !== 'gate') return;
    if (gate === 'open') {
      crashPoint('gate-written');
      return this.#leave(one);
    }
    this.#end(one, { kind: 'withheld', gate });
    this.#connection.close();
  }

  async #leave(one: UnderWay): Promise<void> {
    if (!this.#connection.socket.writable) return this.#fail('The mail server closed the connection.');
    one.stage = 'body';
    this.#listeners.push((reply) => this.#conclude(one, reply));
    const following = this.#connection.abilities.pipelining ? this.#next() : undefined;
    const bytes = onTheWire(one.turn.mail.bytes, following && this.#announce(following, one));
    const half = isArmed('half-sent') ? bytes.length >> 1 : 0;
    if (half > 0) {
      this.#say(bytes.subarray(0, half));
      await pause(ON_THE_WIRE_MS);
      crashPoint('half-sent');
    }
    this.#say(bytes.subarray(half));
    if (isArmed('dot-sent')) setTimeout(crashPoint, ON_THE_WIRE_MS, 'dot-sent');
  }

  #conclude(one: UnderWay, reply: Reply): void {
    const response = wordsOf(reply.text);
    one.accepted = isYes(reply);
    if (one.accepted) return this.#end(one, { kind: 'accepted', response });
    // No answer to a mail.
    if (reply.code < 400) return this.#fail(response);
    this.#end(one, { kind: 'refused', code: reply.code, response, recipient: false, gated: true });
    // It may be about them all: who follows comes after whatever this leads to.
    this.#fail(response);
  }

  /** A turn is over; the conversation is, where nobody follows. */
  #end(one: UnderWay, outcome: Ending['outcome']): void {
    if (!this.#underWay.includes(one)) return;
    this.#underWay = this.#underWay.filter((other) => other !== one);
    if (this.#underWay.length === 0) this.#tellEnding({ turn: one.turn, outcome });
    else if (outcome.kind !== 'cut') one.turn.done(outcome);
  }

  /** Nothing more is said by either side. */
  #fail(reason: string, silent = false): void {
    const response = wordsOf(reason);
    this.#listeners.length = 0;
    this.#tellReset(false);
    for (const one of this.#underWay) {
      if (one.stage === 'body') this.#end(one, { kind: 'uncertain', response });
      else if (one.stage === 'gate') void this.#lose(one, response);
      else if (one.stage === 'announced') this.#end(one, lostBeforeGate(one, response, silent));
    }
    this.#connection.close();
  }

  /** The gate may still be on its way; whether it opened decides what has to be put back. */
  async #lose(one: UnderWay, response: string): Promise<void> {
    one.stage = 'lost';
    const gate = await one.gate;
    this.#end(one, { kind: 'unreachable', response, gated: gate !== 'shut' });
  }
}

function parametersOf({ from, to, bytes }: Mail, abilities: Abilities): string {
  const utf8 = abilities.utf8 && !isAscii(from + to) ? ' SMTPUTF8' : '';
  return abilities.size ? `${utf8} SIZE=${bytes.length}` : utf8;
}

function lostBeforeGate({ no, behind }: UnderWay, response: string, silent: boolean): Ending['outcome'] {
  if (no) return refusalOf(no);
  if (behind) return { kind: 'cut', overlooked: silent && behind.accepted };
  return { kind: 'unreachable', response, gated: false };
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}
