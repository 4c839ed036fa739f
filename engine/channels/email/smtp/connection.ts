import type { Socket } from 'node:net';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { parseConnectionUrl } from 'nodemailer/lib/shared';

/** How long a server may take over each part of a conversation. */
export type Patience = { connectMs: number; greetMs: number; replyMs: number };

export const patience: Patience = { connectMs: 10_000, greetMs: 10_000, replyMs: 60_000 };

/** What a server has said it can do. */
export type Abilities = {
  /** It takes commands in batches (RFC 2920). */
  pipelining: boolean;
  /** It takes addresses beyond ASCII (RFC 6531). */
  utf8: boolean;
  /** It wants to know a mail's size beforehand (RFC 1870). */
  size: boolean;
};

/** A server that has greeted and signed us in. Nodemailer has led the way there, and still watches over the socket. */
export type Connection = {
  socket: Socket;
  abilities: Abilities;
  /** Calls back once when the connection is over, whoever ended it: why, and whether the server had just been silent. */
  onEnd(tell: (reason: string, silent: boolean) => void): void;
  /** Ends it in good order. */
  quit(): void;
  /** Ends it at once: no byte follows. */
  close(): void;
};

/**
 * Opens a connection to the mail server at `url`, signed in where the address names a user.
 * @throws Error when the server cannot be reached, does not greet, or refuses the user
 */
export async function openConnection(url: string, { connectMs, greetMs, replyMs }: Patience): Promise<Connection> {
  const { auth, ...server } = parseConnectionUrl(url);
  const connection = new SMTPConnection({
    ...server,
    connectionTimeout: connectMs,
    greetingTimeout: greetMs,
    socketTimeout: replyMs,
    // A connection given up inside DATA must not linger: whatever the server does with it, no byte may follow.
    socketCloseTimeout: 0,
  });
  let abilities: Abilities = { pipelining: false, utf8: false, size: false };
  let reason = 'The mail server closed the connection.';
  await new Promise<void>((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => reject(new Error(reason)));
    connection.connect((error) => {
      if (error) return reject(error);
      abilities = abilitiesIn(connection.lastServerResponse || '');
      if (!auth) return resolve();
      connection.login(auth, (refused) => (refused ? reject(refused) : resolve()));
    });
  }).catch((error: unknown) => {
    connection.on('error', () => undefined);
    connection.close();
    throw error;
  });
  let silent = false;
  connection.on('error', (error) => {
    reason = error.message;
    silent = error.code === 'ETIMEDOUT';
  });
  const socket = connection._socket;
  if (!socket) throw new Error(reason);
  // From here on the server's words are for the conversation.
  socket.removeAllListeners('data');
  return {
    socket,
    abilities,
    onEnd: (tell) => void connection.once('end', () => tell(reason, silent)),
    quit: () => connection.quit(),
    close: () => connection.close(),
  };
}

/** From the answer to EHLO (RFC 5321, 4.1.1.1): a line each. */
function abilitiesIn(answer: string): Abilities {
  const said = new Set(answer.split(/\r?\n/).map((line) => /^250[ -](\S+)/.exec(line)?.[1]?.toUpperCase()));
  return { pipelining: said.has('PIPELINING'), utf8: said.has('SMTPUTF8'), size: said.has('SIZE') };
}
