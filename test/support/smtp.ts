import { type AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A mail server that keeps what it gets, standing for the outside world's. */
export interface MailServer {
  url: string;
  mails: { to: string[]; mail: Email }[];
  close(): Promise<void>;
}

/** How a mail server answers a recipient or a mail: nothing takes it, an SMTP code such as 450 or 550 refuses it. */
export interface Manners {
  recipient?(address: string): number | undefined;
  content?(mail: Email): number | undefined;
}

/** Starts a mail server on a free port of loopback. */
export async function openMailServer(manners: Manners = {}): Promise<MailServer> {
  const mails: MailServer['mails'] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 1_000,
    onRcptTo({ address }, _session, answer) {
      answer(refusal(manners.recipient?.(address)));
    },
    onData(stream, { envelope }, answer) {
      const take = async (): Promise<void> => {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(Buffer.from(chunk));
        const mail = await PostalMime.parse(Buffer.concat(chunks));
        const refused = refusal(manners.content?.(mail));
        if (refused === null) mails.push({ to: envelope.rcptTo.map(({ address }) => address), mail });
        answer(refused);
      };
      // Cut off in the middle, a mail is not kept, and nobody is there to be answered.
      take().catch(answer);
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  const port = isAddress(address) ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function refusal(responseCode: number | undefined): Error | null {
  return responseCode === undefined ? null : Object.assign(new Error('refused by the test'), { responseCode });
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}
