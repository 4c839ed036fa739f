import { connect } from 'node:net';
import { once } from 'node:events';
import { createTransport } from 'nodemailer';
import { expect, test } from 'vitest';
import { openMailServer } from '../support/smtp.ts';
import { openSink } from '../support/smtp-sink.ts';

/** Speaks to a mail server up to the middle of a mail, and hangs up. */
async function cutInside(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'data');
  for (const line of ['EHLO shop.test', 'MAIL FROM:<a@shop.test>', 'RCPT TO:<b@people.test>', 'DATA']) {
    socket.write(`${line}\r\n`);
    await once(socket, 'data');
  }
  socket.write('Subject: Half\r\n\r\nHel');
  socket.resetAndDestroy();
  await once(socket, 'close');
}

async function send(port: number): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  await transport.sendMail({ from: 'a@shop.test', to: 'b@people.test', subject: 'Whole', text: 'Hello' });
  transport.close();
}

test('a test’s mail server that parses mails keeps none cut off in the middle, and goes on', async () => {
  const server = await openMailServer();
  const port = Number(new URL(server.url).port);
  await cutInside(port);
  await send(port);
  expect(server.mails).toHaveLength(1);
  await server.close();
});

test('a test’s mail server that goes by a script keeps none cut off in the middle, and goes on', async () => {
  const sink = await openSink();
  await cutInside(sink.port);
  await send(sink.port);
  expect(sink.ledger).toHaveLength(1);
  await sink.close();
});
