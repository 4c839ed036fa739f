import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApi } from '../../support/api.ts';
import { openSink, type Sink } from '../../support/smtp-sink.ts';

let sink: Sink;
let api: Awaited<ReturnType<typeof openApi>>;
let browser: Awaited<ReturnType<typeof api.signedIn>>;
beforeAll(async () => {
  sink = await openSink();
  api = await openApi({ SMTP_URL: sink.url });
  browser = await api.signedIn();
  const sender = { name: 'Shop', email: 'hello@shop.test', replyTo: null, postalAddress: '1 High Street' };
  await browser.post('/api/senders').send(sender).expect(200);
});
afterAll(async () => {
  await api.close();
  await sink.close();
});

const content = {
  subject: 'Hello {{ contact.firstName | default: "you" }}',
  preheader: 'Only today',
  format: 'markdown',
  body: '# Hello {{ contact.firstName }}\n\n[Go](https://shop.test/)',
};
const asked = { content, contact: null, sender: null };

describe('the preview of a message', () => {
  test('shows what somebody would read, for one made up where nobody is chosen', async () => {
    const { body } = await browser.post('/api/message-preview').send(asked).expect(200);
    expect(body).toMatchObject({ subject: 'Hello Ada', preheader: 'Only today', problems: [] });
    expect(body.html).toContain('1 High Street');
    expect(body.text).toContain('https://shop.test/');
  });

  test('says what is wrong with it instead of failing', async () => {
    const broken = { ...content, body: '{% if %}' };
    const { body } = await browser
      .post('/api/message-preview')
      .send({ ...asked, content: broken })
      .expect(200);
    expect(body.problems).toMatchObject([{ field: 'body' }]);
  });

  test('is refused for a contact that is not there', async () => {
    await browser
      .post('/api/message-preview')
      .send({ ...asked, contact: 'nobody' })
      .expect(404);
  });
});

describe('a test send', () => {
  const to = 'owner@people.test';

  test('goes to the address named, once for each request, though nobody there has agreed to anything', async () => {
    const body = { ...asked, to, request: 'request-1' };
    for (let times = 0; times < 2; times++) {
      const answer = await browser.post('/api/test-sends').send(body).expect(200);
      expect(answer.body).toEqual({ state: 'sent', reason: null });
    }
    expect(sink.ledger.map((mail) => mail.to)).toEqual([to]);
    const row = await api.base.models.deliveries.findById('test:request-1').lean();
    expect(row).toMatchObject({ actor: 'user:Ada', journey: null });
  });

  test('is refused while the message has problems, field by field', async () => {
    const broken = { ...asked, content: { ...content, body: '{% if %}' }, to, request: 'request-2' };
    const { body } = await browser.post('/api/test-sends').send(broken).expect(400);
    expect(body.errors).toMatchObject([{ path: 'content.body' }]);
  });

  test('shows whether a paused sender is taken again', async () => {
    const paused = { at: new Date(), response: '550 5.7.1 blocked' };
    await api.base.models.senders.updateOne({}, { $set: { paused } });
    const { body } = await browser
      .post('/api/test-sends')
      .send({ ...asked, to, request: 'request-3' })
      .expect(200);
    expect(body.state).toBe('sent');
  });
});
