import { createServer, type Socket } from 'node:net';

/** What a scripted mail server does at a point of the conversation: an answer of its own, silence, or hanging up. */
export type Act = { say: string } | 'silence' | 'hangUp';

/** How the server behaves; whatever is not scripted is agreed to. `nth` counts conversations' mails from 1. */
export type Script = {
  /** Whether it takes commands in batches, as nearly every server does; else one by one. */
  pipelining?: boolean;
  greet?(): Act | undefined;
  rcpt?(address: string): Act | undefined;
  data?(address: string): Act | undefined;
  /** After the first bytes of a body. */
  body?(address: string): Act | undefined;
  /** After the dot; a mail answered with anything but a 2xx is not kept. */
  dot?(address: string): Act | undefined;
  /** Before the 354, so that a test can act while a mail waits at the gate. */
  beforeGate?(address: string): Promise<void>;
  /** Between a mail's dot, when it is in the ledger, and the answer to it. */
  beforeReply?(address: string): Promise<void>;
};

/** A mail as its bytes came in; `dataAt` is when its 354 was sent, after which its gate was asked. */
export type Received = { from: string; to: string; source: string; key: string; messageId: string; dataAt: Date };

/** A mail server of the outside world, spoken to over sockets, whose every accepted mail is in a ledger. */
export interface Sink {
  port: number;
  url: string;
  ledger: Received[];
  /** Body bytes that came after a 354, accepted or not. */
  bodyBytes(): number;
  connections(): number;
  close(): Promise<void>;
}

/** Starts a scripted mail server on a free port of loopback. */
export async function openSink(script: Script = {}): Promise<Sink> {
  const ledger: Received[] = [];
  const sockets = new Set<Socket>();
  let bodyBytes = 0;
  let connections = 0;

  const server = createServer((socket) => {
    sockets.add(socket);
    connections++;
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    converse(socket, script, {
      accept: (mail) => ledger.push(mail),
      count: (bytes) => (bodyBytes += bytes),
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    ledger,
    bodyBytes: () => bodyBytes,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

type Book = { accept(mail: Received): void; count(bytes: number): void };

function converse(socket: Socket, script: Script, book: Book): void {
  let inBody = false;
  let pending = '';
  let body = '';
  let from = '';
  let to = '';
  let refused = false;
  let dataAt = new Date();
  let working = Promise.resolve();
  let silent = false;

  const say = (words: string): void => void (silent || socket.write(`${words}\r\n`));

  const act = (what: Act | undefined, usual: string): void => {
    // Whoever leaves one question open answers none after it.
    if (what === 'silence') silent = true;
    else if (what === 'hangUp') socket.destroy();
    else say(what?.say ?? usual);
  };
  act(script.greet?.(), '220 sink');

  socket.on('data', (chunk) => {
    working = working.then(() => take(chunk.toString('latin1')));
  });

  async function take(text: string): Promise<void> {
    pending += text;
    for (;;) {
      if (inBody) {
        if (!(await takeBody())) return;
        continue;
      }
      const end = pending.indexOf('\r\n');
      if (end === -1) return;
      const line = pending.slice(0, end);
      pending = pending.slice(end + 2);
      await command(line);
    }
  }

  /** Answers whether the body came to its end. */
  async function takeBody(): Promise<boolean> {
    if (pending === '') return false;
    book.count(pending.length);
    const begun = body === '';
    body += pending;
    pending = '';
    const cut = begun ? script.body?.(to) : undefined;
    if (cut !== undefined) {
      act(cut, '');
      return false;
    }
    const end = body.startsWith('.\r\n') ? 0 : body.indexOf('\r\n.\r\n');
    if (end === -1) return false;
    pending = body.slice(end + (end === 0 ? 3 : 5));
    const source = body.slice(0, end);
    body = '';
    inBody = false;
    const answer = script.dot?.(to);
    const kept = answer === undefined || answer === 'silence' || (answer !== 'hangUp' && answer.say.startsWith('2'));
    if (kept)
      book.accept({
        from,
        to,
        source,
        key: headerOf(source, 'X-Pasture-Key'),
        messageId: headerOf(source, 'Message-ID'),
        dataAt,
      });
    await script.beforeReply?.(to);
    act(answer, '250 2.0.0 taken');
    return true;
  }

  async function command(line: string): Promise<void> {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') {
      const batches = script.pipelining === false ? [] : ['250-PIPELINING'];
      return say(['250-sink', ...batches, '250-8BITMIME', '250 SMTPUTF8'].join('\r\n'));
    }
    if (verb === 'MAIL') from = /<(.*?)>/.exec(line)?.[1] ?? '';
    if (verb === 'RCPT') {
      to = /<(.*?)>/.exec(line)?.[1] ?? '';
      const answer = script.rcpt?.(to);
      refused = answer !== undefined;
      return act(answer, '250 2.1.5 known');
    }
    if (verb === 'DATA') {
      if (refused) return say('503 5.5.1 no recipients');
      await script.beforeGate?.(to);
      const answer = script.data?.(to);
      inBody = answer === undefined;
      dataAt = new Date();
      return act(answer, '354 go on');
    }
    if (verb === 'QUIT') {
      socket.end('221 bye\r\n');
      return;
    }
    act(undefined, '250 2.0.0 fine');
  }
}

/** A header's value; long ones are folded. */
function headerOf(source: string, name: string): string {
  const headers = source.slice(0, source.indexOf('\r\n\r\n') + 2);
  const found = new RegExp(`^${name}: ((?:.|\\r\\n )*?)\\r\\n(?! )`, 'm').exec(headers);
  return found?.[1]?.replaceAll('\r\n ', ' ') ?? '';
}
