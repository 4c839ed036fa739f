import type { Readable } from 'node:stream';
import { SMTPServer } from 'smtp-server';
import type { Base } from '../base.ts';
import type { Bounces } from './bounces.ts';

const LARGEST_REPORT_BYTES = 2_000_000;
const MOST_CLIENTS = 20;

/** A mail server for returned mails alone: it takes what comes to addresses of ours, and answers once it has taken effect. */
export function createBounceServer(bounces: Bounces, log: Base['log']): SMTPServer {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: LARGEST_REPORT_BYTES,
    maxClients: MOST_CLIENTS,
    closeTimeout: 3_000,
    banner: 'Pasture bounces',
    onRcptTo({ address }, _session, answer) {
      bounces.expects(address).then(
        (expected) => answer(expected ? null : refusal(550, '5.1.1 No mail comes back to this address')),
        () => answer(refusal(451, '4.3.0 Try again later')),
      );
    },
    onData(stream, { envelope }, answer) {
      const to = envelope.rcptTo.map(({ address }) => address);
      take(bounces, stream, to).then(
        () => answer(),
        (error: unknown) => {
          if (error instanceof TooLarge) return answer(refusal(552, '5.3.4 A report may have 2 MB'));
          log.error({ err: error }, 'A returned mail could not be taken; its server will try again.');
          answer(refusal(451, '4.3.0 Try again later'));
        },
      );
    },
  });
  server.on('error', (error) => log.warn({ err: error }, 'The server for returned mails had trouble with a client.'));
  return server;
}

class TooLarge extends Error {}

async function take(bounces: Bounces, stream: Readable & { sizeExceeded: boolean }, to: string[]): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(Buffer.from(chunk));
  if (stream.sizeExceeded) throw new TooLarge();
  await bounces.take({ source: Buffer.concat(chunks), to });
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

/**
 * Listens for returned mails.
 * @throws Error in plain words when the port is taken or forbidden
 */
export async function listenForBounces(
  server: SMTPServer,
  { BOUNCE_HOST, BOUNCE_PORT }: { BOUNCE_HOST: string; BOUNCE_PORT: number },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(BOUNCE_PORT, BOUNCE_HOST, resolve);
  await promise.catch((cause: unknown) => {
    const text = `Returned mails cannot be taken on ${BOUNCE_HOST}:${BOUNCE_PORT}; set BOUNCE_PORT to a free port, or unset it.`;
    throw new Error(text, { cause });
  });
  server.off('error', reject);
}
