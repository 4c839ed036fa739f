import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { parseConnectionUrl } from 'nodemailer/lib/shared';

/** How long a server may take over each part of a conversation. */
export type Patience = { connectMs: number; greetMs: number; replyMs: number };

export const patience: Patience = { connectMs: 10_000, greetMs: 10_000, replyMs: 60_000 };

/**
 * Opens a connection to the mail server at `url`, signed in where the address names a user.
 * @throws Error when the server cannot be reached, does not greet, or refuses the user
 */
export async function openConnection(url: string, { connectMs, greetMs, replyMs }: Patience): Promise<SMTPConnection> {
  const { auth, ...server } = parseConnectionUrl(url);
  const connection = new SMTPConnection({
    ...server,
    connectionTimeout: connectMs,
    greetingTimeout: greetMs,
    socketTimeout: replyMs,
    // A connection given up inside DATA must not linger: whatever the server does with it, no byte may follow.
    socketCloseTimeout: 0,
  });
  await new Promise<void>((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => reject(new Error('The mail server closed the connection.')));
    connection.connect((error) => {
      if (error) return reject(error);
      if (!auth) return resolve();
      connection.login(auth, (refused) => (refused ? reject(refused) : resolve()));
    });
  }).catch((error: unknown) => {
    connection.on('error', () => undefined);
    connection.close();
    throw error;
  });
  // Errors of a mail under way reach its own callback as well; the event must only not go unheard.
  connection.on('error', () => undefined);
  return connection;
}
