import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { expect, it } from 'vitest';
import { openConnection, patience } from '#engine/channels/email/smtp/connection.ts';
import { Conversation, type Ending } from '#engine/channels/email/smtp/conversation.ts';
import type { GateAnswer } from '#engine/channels/email/smtp/outcome.ts';
import { createPool } from '#engine/channels/email/smtp/pool.ts';
import { openSink, type Script } from '../../../../support/smtp-sink.ts';

const mailTo = (to: string) => ({
  from: 'hello@shop.example',
  to,
  bytes: Buffer.from(`Subject: a\r\nX-Pasture-Key: ${to}\r\n\r\nb\r\n`),
});

/** What came of a mail at a server that says this right behind its 354, and which bytes came after that. */
async function hastyServer(saysAtOnce: string): Promise<{ outcome: Ending['outcome']; body: string }> {
  let body: string | null = null;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('220 hasty\r\n');
    socket.on('data', (chunk) => {
      const lines = chunk.toString();
      if (body !== null) body += lines;
      else if (lines.startsWith('DATA')) {
        body = '';
        socket.write(`354 go on\r\n${saysAtOnce}\r\n`);
      } else socket.write('250 fine\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connection = await openConnection(`smtp://127.0.0.1:${port}/?ignoreTLS=true`, patience);
  const askGate = async (): Promise<GateAnswer> => {
    await pause(50);
    return 'open';
  };
  const turn = { mail: mailTo('ada@example.com'), askGate, done: () => undefined };
  const { outcome } = await new Conversation(connection).carry(turn, () => undefined);
  await pause(50);
  connection.close();
  server.close();
  return { outcome, body: body ?? '' };
}

it.each(['451 changed my mind', '250 fine already', '554 no', 'what?'])(
  'a server that says "%s" before the first byte gets none, and the mail is put back',
  async (words) => {
    const { outcome, body } = await hastyServer(words);
    expect(outcome).toMatchObject({ kind: 'unreachable', gated: true });
    expect(body).toBe('');
  },
);

/** Sends to these, all at once and over one connection at a time, and tells what came of each. */
async function sendAll(
  script: Script,
  { to, gate = () => 'open' }: { to: string[]; gate?: (to: string) => GateAnswer },
) {
  const sink = await openSink(script);
  const pool = createPool({ url: sink.url, size: 1, patience: { ...patience, replyMs: 500 } });
  const outcomes = await Promise.all(to.map((one) => pool.send(mailTo(one), async () => gate(one))));
  const connections = sink.connections();
  pool.close();
  await sink.close();
  return { kinds: outcomes.map(({ kind }) => kind), got: sink.ledger.map(({ key }) => key), connections };
}

const all = (count: number) => Array.from({ length: count }, (_, index) => `p${index}@example.com`);

it('the next mail is announced with the end of the last, before that is answered', async () => {
  const writes: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('220 slow\r\n');
    socket.on('data', (chunk) => {
      writes.push(chunk.toString().replaceAll(/^(?!MAIL|RCPT|DATA|\.\r).*\r\n/gm, ''));
      const words = chunk.toString();
      if (words.startsWith('EHLO')) socket.write('250-slow\r\n250 PIPELINING\r\n');
      else {
        const ended = words.includes('\r\n.\r\n') ? '250 taken\r\n' : '';
        const announced = words.includes('DATA\r\n') ? '250 ok\r\n250 ok\r\n354 go on\r\n' : '';
        setTimeout(() => socket.write(ended + announced), 20);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const pool = createPool({ url: `smtp://127.0.0.1:${port}/?ignoreTLS=true`, size: 1, patience });
  const outcomes = await Promise.all(all(2).map((one) => pool.send(mailTo(one), async () => 'open' as const)));
  pool.close();
  server.close();
  expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
  const announcement = (to: string) => `MAIL FROM:<hello@shop.example>\r\nRCPT TO:<${to}>\r\nDATA\r\n`;
  expect(writes.filter(Boolean)).toEqual([
    announcement('p0@example.com'),
    `.\r\n${announcement('p1@example.com')}`,
    '.\r\n',
  ]);
});

it('a mail refused after its dot does not take the next one with it', async () => {
  const dot = (to: string) => (to === 'p0@example.com' ? { say: '550 5.7.1 no' } : undefined);
  const to = all(3);
  const { kinds, got, connections } = await sendAll({ dot }, { to });
  expect(kinds).toEqual(['refused', 'accepted', 'accepted']);
  expect(got).toEqual(to.slice(1));
  expect(connections).toBe(2);
});

it('a recipient refused in the middle of a chain is the only one', async () => {
  const rcpt = (to: string) => (to === 'p1@example.com' ? { say: '550 5.1.1 nobody' } : undefined);
  const to = all(4);
  const { kinds, got, connections } = await sendAll({ rcpt }, { to });
  expect(kinds).toEqual(['accepted', 'refused', 'accepted', 'accepted']);
  expect(connections).toBe(1);
  expect(got).toEqual(to.filter((one) => one !== 'p1@example.com'));
});

it('a shut gate in the middle of a chain lets no byte through, and everyone else gets theirs', async () => {
  const to = all(4);
  const { kinds, got } = await sendAll({}, { to, gate: (one) => (one === 'p1@example.com' ? 'shut' : 'open') });
  expect(kinds).toEqual(['accepted', 'withheld', 'accepted', 'accepted']);
  expect(got).toEqual(to.filter((one) => one !== 'p1@example.com'));
});

it('no answer to the end of a mail: it is uncertain, and who was announced with it goes by another connection', async () => {
  const dot = (to: string) => (to === 'p0@example.com' ? ('hangUp' as const) : undefined);
  const to = all(3);
  const { kinds, got } = await sendAll({ dot }, { to });
  expect(kinds).toEqual(['uncertain', 'accepted', 'accepted']);
  expect(got).toEqual(to.slice(1));
});

it('a server that overlooks what is announced early is spoken to one by one from then on, and gets each mail once', async () => {
  const received: string[] = [];
  const server = createServer((socket) => {
    let body: string | null = null;
    let announced = false;
    const replies = { EHLO: '250-deaf\r\n250 PIPELINING', MAIL: '250 ok', RCPT: '250 ok' } as Record<string, string>;
    socket.on('error', () => {});
    socket.write('220 deaf\r\n');
    socket.on('data', (chunk) => {
      if (body !== null) {
        body += chunk.toString();
        const end = body.indexOf('\r\n.\r\n');
        if (end === -1) return;
        // It drops whatever came behind the dot.
        received.push(/Key: (\S+)/.exec(body)?.[1] ?? '');
        body = null;
        return void socket.write('250 taken\r\n');
      }
      for (const line of chunk.toString().split('\r\n').filter(Boolean)) {
        announced ||= line === 'DATA';
        if (line === 'DATA') body = '';
        socket.write(line === 'DATA' ? '354 go on\r\n' : `${replies[line.slice(0, 4)] ?? '250 ok'}\r\n`);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `smtp://127.0.0.1:${port}/?ignoreTLS=true`;
  const pool = createPool({ url, size: 1, patience: { ...patience, replyMs: 300 } });
  const to = all(5);
  const began = Date.now();
  const outcomes = await Promise.all(to.map((one) => pool.send(mailTo(one), async () => 'open' as const)));
  pool.close();
  server.close();
  expect(outcomes.map(({ kind }) => kind)).toEqual(to.map(() => 'accepted'));
  expect(received).toEqual(to);
  expect(Date.now() - began).toBeLessThan(1_000);
});

it('a connection is renewed after a hundred mails, also in a chain', async () => {
  const to = all(250);
  const { kinds, got, connections } = await sendAll({}, { to });
  expect(new Set(kinds)).toEqual(new Set(['accepted']));
  expect(got).toEqual(to);
  expect(connections).toBe(3);
});

it('an address that would end its command never reaches a server', async () => {
  const { kinds, got } = await sendAll({}, { to: ['a@b.example>\r\nRSET\r\n<c@d.example', '', 'p0@example.com'] });
  expect(kinds).toEqual(['refused', 'refused', 'accepted']);
  expect(got).toEqual(['p0@example.com']);
});

it.each(['smtp', 'smtps'])('mails go through a server of %s that wants a name and encrypts', async (scheme) => {
  const got: string[] = [];
  const server = new SMTPServer({
    secure: scheme === 'smtps',
    onAuth: ({ username, password }, _session, done) =>
      username === 'shop' && password === 'secret' ? done(null, { user: 'shop' }) : done(new Error('no')),
    onData(stream, session, done) {
      stream.resume();
      stream.on('end', () => {
        got.push(session.envelope.rcptTo.map(({ address }) => address).join());
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const url = (password: string) => `${scheme}://shop:${password}@127.0.0.1:${port}/?tls.rejectUnauthorized=false`;
  const send = async (password: string, to: string[]) => {
    const pool = createPool({ url: url(password), size: 1, patience });
    const outcomes = await Promise.all(to.map((one) => pool.send(mailTo(one), async () => 'open' as const)));
    pool.close();
    return outcomes.map(({ kind }) => kind);
  };
  const to = all(3);
  expect(await send('secret', to)).toEqual(to.map(() => 'accepted'));
  expect(got).toEqual(to);
  expect(await send('wrong', to)).toEqual(to.map(() => 'unreachable'));
  expect(got).toEqual(to);
  await new Promise<void>((resolve) => server.close(resolve));
});
