import type { NodemailerError } from 'nodemailer/lib/errors';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { crashPoint } from '../../../crash-points.ts';
import { GatedBody } from './gated-body.ts';

/** A mail ready for the wire. */
export type Mail = { from: string; to: string; bytes: Buffer };

/** What the gate says before the first byte: go, no, or nothing because it could not be asked. */
export type GateAnswer = 'open' | 'shut' | 'unanswered';

/** What became of a mail; `reusable` tells whether the connection can take another. */
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
const NO_SUCH_ADDRESS = 553;

/** Sends one mail over a connection; the gate is asked after the server's 354 and before the first byte. */
export function transmit(connection: SMTPConnection, mail: Mail, askGate: () => Promise<GateAnswer>): Promise<Outcome> {
  return new Promise((resolve) => {
    let gate: Promise<GateAnswer> | null = null;
    let opened = false;

    const openGate = async (): Promise<boolean> => {
      crashPoint('recipient-taken');
      gate = askGate().catch(() => 'unanswered' as const);
      const answer = await gate;
      opened = answer === 'open' && !body.destroyed;
      if (answer === 'open') {
        crashPoint('gate-written');
        return true;
      }
      resolve({ kind: 'withheld', gate: answer });
      connection.close();
      return false;
    };
    const body = new GatedBody(mail.bytes, { openGate, wire: () => connection._socket });

    connection.send({ from: mail.from, to: [mail.to], size: mail.bytes.length }, body, (error, info) => {
      if (opened) return resolve(error ? afterBody(error) : { kind: 'accepted', response: info?.response ?? '' });
      // A server that answers before the first byte gets none, whatever the gate says.
      body.destroy();
      const response = error ? textOf(error) : (info?.response ?? '');
      // The gate may still be on its way; whether it opened decides what has to be put back.
      void Promise.resolve(gate).then((answer) => {
        if (answer === null && error) resolve(beforeBody(error));
        else resolve({ kind: 'unreachable', response, gated: answer !== null && answer !== 'shut' });
      });
    });
  });
}

function afterBody(error: NodemailerError): Outcome {
  const { responseCode } = error;
  if (error.code !== 'EMESSAGE' || responseCode === undefined) return { kind: 'uncertain', response: textOf(error) };
  return { kind: 'refused', code: responseCode, response: textOf(error), recipient: false, gated: true };
}

function beforeBody(error: NodemailerError): Outcome {
  const { code, responseCode, command } = error;
  const response = textOf(error);
  if (responseCode === undefined && code === 'EENVELOPE')
    return { kind: 'refused', code: NO_SUCH_ADDRESS, response, recipient: true, gated: false };
  if (responseCode === undefined || SIGN_IN_CODES.has(responseCode) || responseCode < 400)
    return { kind: 'unreachable', response, gated: false };
  return { kind: 'refused', code: responseCode, response, recipient: command === 'RCPT TO', gated: false };
}

/** The server's own words, cut to what is worth keeping. */
function textOf(error: NodemailerError): string {
  return (error.response ?? error.message).replace(/\s+/g, ' ').trim().slice(0, 300);
}
