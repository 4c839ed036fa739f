import { type Model } from 'mongoose';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInboxServer } from '#engine/local/inbox-server.ts';
import { freePort } from '#engine/local/port.ts';
import { type InboxMail, inboxMailModel } from '#engine/models/delivery.ts';
import { defineModel } from '#engine/models/model.ts';
import { type Database, openDatabase } from '../../support/mongo.ts';

let database: Database;
let inbox: Model<InboxMail>;

beforeAll(async () => {
  database = await openDatabase();
  inbox = defineModel(database.connection, inboxMailModel);
});
afterAll(() => database.close());

/** Runs an inbox while a test sends it mails. */
async function withInbox(kept: number, send: (transport: ReturnType<typeof createTransport>) => Promise<void>) {
  await inbox.deleteMany({});
  const port = await freePort();
  const server = createInboxServer({ inbox, kept });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true, pool: true, maxMessages: 10_000 });
  try {
    await send(transport);
  } finally {
    transport.close();
    await new Promise<void>((resolve) => server.close(resolve));
  }
}

test('a mail is stored, with its key and both bodies, before the sender is told that it was taken', async () => {
  await withInbox(100, async (transport) => {
    await transport.sendMail({
      from: 'Shop <shop@example.com>',
      to: 'ann@example.com',
      subject: 'Your 25 % coupon 春天',
      html: '<p>Only until <b>Friday</b></p>',
      text: 'Only until Friday',
      headers: { 'X-Pasture-Key': 'enrollment:step' },
    });
    const mails = await inbox.find().lean();
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({
      from: 'shop@example.com',
      to: ['ann@example.com'],
      subject: 'Your 25 % coupon 春天',
      html: expect.stringContaining('<b>Friday</b>'),
      text: expect.stringContaining('Only until Friday'),
      key: 'enrollment:step',
    });
    expect(mails[0]?.raw).toContain('X-Pasture-Key: enrollment:step');
  });
});

test('an empty mail and one that is too large are refused and not stored', async () => {
  await withInbox(100, async (transport) => {
    const envelope = { from: 'shop@example.com', to: 'ann@example.com' };
    await expect(transport.sendMail({ envelope, raw: '\r\n' })).rejects.toThrow('An empty mail is not taken');
    const large = { envelope, raw: `Subject: x\r\n\r\n${'x'.repeat(5_100_000)}` };
    await expect(transport.sendMail(large)).rejects.toThrow(/552/);
    expect(await inbox.countDocuments()).toBe(0);
  });
});

test('only the newest mails are kept', async () => {
  await withInbox(50, async (transport) => {
    for (let sent = 0; sent < 500; sent += 50) {
      const batch = Array.from({ length: 50 }, (_, index) =>
        transport.sendMail({ from: 'a@example.com', to: 'b@example.com', subject: `${sent + index}`, text: 'x' }),
      );
      await Promise.all(batch);
    }
    const kept = await inbox.find().lean();
    expect(kept.length).toBeLessThanOrEqual(50);
    expect(Math.min(...kept.map((mail) => Number(mail.subject)))).toBeGreaterThan(400);
  });
});
