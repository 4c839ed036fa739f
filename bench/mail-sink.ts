import { createServer, type Socket } from 'node:net';

/** One mail as it came in: its delivery's key, whom it is for, and how long it was. */
export type Accepted = { key: string; to: string; bytes: number };

/** A bare mail server that takes everything and keeps a ledger of how often each delivery's key came in. */
export interface MailSink {
  url: string;
  ledger: Map<string, number>;
  close(): Promise<void>;
}

/**
 * Starts a sink on a free port of loopback.
 * @param take hears of every mail before its sender does
 */
export async function openMailSink(take: (mail: Accepted) => void = () => {}): Promise<MailSink> {
  const ledger = new Map<string, number>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    converse(socket, (mail) => {
      ledger.set(mail.key, (ledger.get(mail.key) ?? 0) + 1);
      take(mail);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    ledger,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** It takes commands in batches (RFC 2920), as nearly every mail server does. */
const answers: Record<string, string> = {
  EHLO: '250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n',
  DATA: '354 go on\r\n',
  QUIT: '221 bye\r\n',
};

function converse(socket: Socket, take: (mail: Accepted) => void): void {
  let pending: Buffer = Buffer.alloc(0);
  let inBody = false;
  let to = '';
  socket.write('220 sink\r\n');
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    let replies = '';
    for (;;) {
      const mark = inBody ? '\r\n.\r\n' : '\r\n';
      const end = pending.indexOf(mark);
      if (end === -1) break;
      const said = pending.subarray(0, end);
      pending = pending.subarray(end + mark.length);
      const line = inBody ? '' : said.toString('latin1');
      const verb = line.slice(0, 4).toUpperCase();
      // In the ledger before the answer: what a sender may believe sent, has come in.
      if (inBody) take({ key: keyOf(said), to, bytes: said.length });
      if (verb === 'RCPT') to = line.slice(line.indexOf('<') + 1, line.indexOf('>'));
      inBody = verb === 'DATA';
      replies += answers[verb] ?? '250 2.0.0 fine\r\n';
      if (verb === 'QUIT') return void socket.end(replies);
    }
    if (replies !== '') socket.write(replies);
  });
}

const KEY = '\r\nX-Pasture-Key: ';

/** The header that names the delivery; long ones are folded. */
function keyOf(mail: Buffer): string {
  const headers = mail.toString('latin1', 0, mail.indexOf('\r\n\r\n') + 2);
  const at = headers.indexOf(KEY);
  if (at === -1) return '';
  const unfolded = headers.slice(at + KEY.length).replaceAll('\r\n ', ' ');
  return unfolded.slice(0, unfolded.indexOf('\r\n'));
}
