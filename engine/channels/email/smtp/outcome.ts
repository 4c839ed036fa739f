import type { Reply } from './replies.ts';

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

/** Codes by which a server complains about our sign-in, which says nothing about the recipient. */
const SIGN_IN_CODES = new Set([530, 534, 535, 538]);
/** A server says that it closes the conversation, whatever it was asked (RFC 5321, 3.8). */
export const SERVICE_CLOSES = 421;
const NO_SUCH_ADDRESS = 553;

/** A server's no, and whether it is about the recipient. */
export type No = Reply & { recipient: boolean };

/** A no that is none, or that is about our sign-in, says nothing about the mail. */
export function refusalOf({ code, text, recipient }: No): Outcome {
  const response = wordsOf(text);
  if (code < 400 || SIGN_IN_CODES.has(code)) return { kind: 'unreachable', response, gated: false };
  return { kind: 'refused', code, response, recipient, gated: false };
}

/** Whether a server agreed. */
export function isYes({ code }: Reply): boolean {
  return code >= 200 && code < 300;
}

/** The server's own words, cut to what is worth keeping. */
export function wordsOf(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}

/** What no server need be asked: an address that would end the command it stands in, or none. */
export function unspeakable({ from, to }: Mail): Outcome | null {
  if (to !== '' && !/[\r\n<>]/.test(from + to)) return null;
  const response = `Invalid address ${JSON.stringify(/[\r\n<>]/.test(from) ? from : to)}`;
  return { kind: 'refused', code: NO_SUCH_ADDRESS, response, recipient: true, gated: false };
}
