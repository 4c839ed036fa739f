// A bare loop over pooled nodemailer connections that renders and sends the same mails; run by `bare.ts`.
import { createTransport } from 'nodemailer';
import { renderPage } from '#engine/channels/email/render.ts';
import { senderDefaults } from '#shared/sender.ts';
import type { BareOrder } from './bare.ts';
import { CROWD_TAG, crowdMember } from './crowd.ts';

process.once('message', (order: BareOrder) => {
  run(order).then(
    () => process.disconnect(),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

async function run({ smtpUrl, first, mails, connections, content, subject, plan }: BareOrder): Promise<void> {
  const { hostname, port } = new URL(smtpUrl);
  const pool = createTransport({
    pool: true,
    host: hostname,
    port: Number(port),
    maxConnections: connections,
    maxMessages: Infinity,
    ignoreTLS: true,
  });
  const sender = { name: 'Shop', email: 'hello@shop.example', replyTo: null, postalAddress: '1 Meadow Lane' };
  const until = new Date(Date.now() + 7 * 86_400_000);
  const people = Array.from(
    { length: mails },
    (_, index) => crowdMember(first + index, { ordering: 'none', tag: CROWD_TAG }).contact,
  );
  const queue = people.values();
  const carry = async () => {
    for (const contact of queue) {
      const key = `${plan}:${contact._id}::loop|letter`;
      const page = renderPage({
        key,
        address: contact.email ?? '',
        contact,
        sender: { ...senderDefaults, _id: 'sender', isDefault: true, ...sender },
        content,
        coupons: {},
        ask: { label: 'Have a look', link: 'https://shop.example/', until },
        company: 'Shop',
        publicUrl: 'http://127.0.0.1:3000',
        subject,
        zone: 'UTC',
        journey: 'Blast',
        step: { id: 'letter', name: 'letter' },
        tracking: { secret: 'a secret of thirty-two characters', journeyId: plan, source: 'Crowd' },
      });
      await pool.sendMail({
        from: { name: sender.name, address: sender.email },
        to: contact.email ?? '',
        subject: page.subject,
        html: page.html,
        text: page.text,
        headers: {
          'X-Pasture-Key': key,
          'List-Unsubscribe': `<${page.unsubscribe}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        },
      });
    }
  };
  await Promise.all(Array.from({ length: connections }, carry));
  pool.close();
}
