import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { patience } from '#engine/channels/email/smtp/connection.ts';
import type { GateAnswer } from '#engine/channels/email/smtp/outcome.ts';
import { createPool } from '#engine/channels/email/smtp/pool.ts';
import { addresses, mailTo } from '../../../../support/mail-to.ts';
import { openSink, type Script } from '../../../../support/smtp-sink.ts';

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
  const outcomes = await Promise.all(addresses(2).map((one) => pool.send(mailTo(one), async () => 'open' as const)));
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
  const to = addresses(3);
  const { kinds, got, connections } = await sendAll({ dot }, { to });
  expect(kinds).toEqual(['refused', 'accepted', 'accepted']);
  expect(got).toEqual(to.slice(1));
  expect(connections).toBe(2);
});

it('a recipient refused in the middle of a chain is the only one', async () => {
  const rcpt = (to: string) => (to === 'p1@example.com' ? { say: '550 5.1.1 nobody' } : undefined);
  const to = addresses(4);
  const { kinds, got, connections } = await sendAll({ rcpt }, { to });
  expect(kinds).toEqual(['accepted', 'refused', 'accepted', 'accepted']);
  expect(connections).toBe(1);
  expect(got).toEqual(to.filter((one) => one !== 'p1@example.com'));
});

it('a shut gate in the middle of a chain lets no byte through, and everyone else gets theirs', async () => {
  const to = addresses(4);
  const { kinds, got } = await sendAll({}, { to, gate: (one) => (one === 'p1@example.com' ? 'shut' : 'open') });
  expect(kinds).toEqual(['accepted', 'withheld', 'accepted', 'accepted']);
  expect(got).toEqual(to.filter((one) => one !== 'p1@example.com'));
});

it('no answer to the end of a mail: it is uncertain, and who was announced with it goes by another connection', async () => {
  const dot = (to: string) => (to === 'p0@example.com' ? ('hangUp' as const) : undefined);
  const to = addresses(3);
  const { kinds, got } = await sendAll({ dot }, { to });
  expect(kinds).toEqual(['uncertain', 'accepted', 'accepted']);
  expect(got).toEqual(to.slice(1));
});

/** A server that says PIPELINING and drops, or takes ill, what comes behind a mail's dot; and which mails it got. */
async function deafServer(toWhatIsEarly: string): Promise<{ port: number; received: string[]; close(): void }> {
  const received: string[] = [];
  const server = createServer((socket) => {
    let body: string | null = null;
    const replies: Record<string, string> = { EHLO: '250-deaf\r\n250 PIPELINING', DATA: '354 go on' };
    socket.on('error', () => {});
    socket.write('220 deaf\r\n');
    socket.on('data', (chunk) => {
      if (body === null) {
        for (const line of chunk.toString().split('\r\n').filter(Boolean)) {
          if (line === 'DATA') body = '';
          socket.write(`${replies[line.slice(0, 4)] ?? '250 ok'}\r\n`);
        }
        return;
      }
      body += chunk.toString();
      const end = body.indexOf('\r\n.\r\n');
      if (end === -1) return;
      received.push(/Key: (\S+)/.exec(body)?.[1] ?? '');
      const isFollowed = body.length > end + 5;
      body = null;
      socket.write(`250 taken\r\n${isFollowed ? toWhatIsEarly : ''}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, received, close: () => void server.close() };
}

it.each([
  ['drops', ''],
  ['has forgotten half of', '503 MAIL first\r\n503 RCPT first\r\n'],
  ['takes ill', '554 5.5.1 synchronization error\r\n'.repeat(3)],
])(
  'a server that %s what is announced early is spoken to one by one from then on, and gets each mail once',
  async (_, words) => {
    const { port, received, close } = await deafServer(words);
    const url = `smtp://127.0.0.1:${port}/?ignoreTLS=true`;
    const pool = createPool({ url, size: 1, patience: { ...patience, replyMs: 500 } });
    const to = addresses(5);
    const began = Date.now();
    const outcomes = await Promise.all(to.map((one) => pool.send(mailTo(one), async () => 'open' as const)));
    pool.close();
    close();
    expect(outcomes.map(({ kind }) => kind)).toEqual(to.map(() => 'accepted'));
    expect(received).toEqual(to);
    // No more than one of them waits in vain.
    expect(Date.now() - began).toBeLessThan(1_000);
  },
);

it.each(['354 go on', '100 wait'])(
  'a server that answers a mail by "%s" may have it: nobody says it was refused',
  async (say) => {
    const { kinds } = await sendAll({ dot: () => ({ say }) }, { to: addresses(1) });
    expect(kinds).toEqual(['uncertain']);
  },
);

it('a sender refused while a chain goes on is refused, not asked again', async () => {
  const asked: string[] = [];
  const rcpt = (to: string) => {
    asked.push(to);
    return to === 'p1@example.com' ? { say: '550 5.7.1 not from you' } : undefined;
  };
  await sendAll({ rcpt }, { to: addresses(3) });
  expect(asked).toEqual(addresses(3));
});

it('whoever goes ahead is announced with nobody: it takes the connection that is free first', async () => {
  const order: string[] = [];
  const sink = await openSink({ dot: (to) => void order.push(to), beforeReply: () => pause(100) });
  const pool = createPool({ url: sink.url, size: 2, patience });
  const send = (to: string, ahead: boolean) => pool.send(mailTo(to), async () => 'open' as const, { ahead });
  const mailing = addresses(6).map((to) => send(to, false));
  await pause(50);
  const single = send('single@example.com', true);
  await Promise.all([...mailing, single]);
  pool.close();
  await sink.close();
  // Two are in their bodies by then, and two announced.
  expect(order.indexOf('single@example.com')).toBeLessThan(5);
  expect(new Set(order).size).toBe(7);
});

it('a connection is renewed after a hundred mails, also in a chain', async () => {
  const to = addresses(250);
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
