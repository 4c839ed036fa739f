import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openConnection, patience } from '#engine/channels/email/smtp/connection.ts';
import { Conversation, type Ending } from '#engine/channels/email/smtp/conversation.ts';
import type { GateAnswer } from '#engine/channels/email/smtp/outcome.ts';
import { mailTo } from '../../../../support/mail-to.ts';

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
