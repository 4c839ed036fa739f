import { gzipSync } from 'node:zlib';
import { nanoid } from 'nanoid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openV1, type V1 } from '../../support/v1.ts';

let v1: V1;
beforeAll(async () => {
  v1 = await openV1();
});
afterAll(() => v1.close());

const zip = (body: unknown) => new Blob([new Uint8Array(gzipSync(JSON.stringify(body)))]);
const eventOf = (id: string) => v1.models.events.findById(id).lean();
async function contactOf(messageId: string) {
  await v1.events.idle();
  const event = await eventOf(messageId);
  return v1.models.contacts.findById(event?.contact).lean();
}

describe('calls of the tracking API', () => {
  it.each([
    ['/track', '/t', { event: 'Signed In' }, 'Signed In'],
    ['/identify', '/i', { traits: { plan: 'free' } }, 'Identified'],
    ['/page', '/p', { name: 'Pricing' }, 'Page Viewed'],
    ['/screen', '/s', { name: 'Cart' }, 'Screen Viewed'],
    ['/group', '/g', { groupId: 'acme', traits: { size: 7 } }, 'Group Joined'],
    ['/alias', '/a', { previousId: 'old-name' }, 'Alias Added'],
  ])('keeps %s and %s under the same name', async (long, short, body, name) => {
    for (const path of [long, short]) {
      const messageId = nanoid();
      const answer = await v1.post(path, { ...body, messageId, userId: `calls-${long}` });
      expect(answer).toMatchObject({ status: 200, body: { success: true } });
      expect(await eventOf(messageId)).toMatchObject({ name, kind: long.slice(1), history: false, source: 'Shop' });
    }
  });

  it('writes traits, company, source and time zone into the contact', async () => {
    const userId = 'ann-1';
    await v1.post('/identify', {
      userId,
      traits: { email: 'Ann@Shop.example', firstName: 'Ann', lastName: 'Lee', age: 33, subscribed: true },
    });
    await v1.post('/group', { userId, groupId: 'acme', traits: { name: 'Acme' } });
    await v1.post('/page', {
      userId,
      context: { campaign: { source: 'newsletter', medium: 'email', name: 'spring' }, timezone: 'Europe/Berlin' },
    });
    const messageId = nanoid();
    await v1.post('/track', { userId, messageId, event: 'Clicked Ad', context: { campaign: { source: 'ads' } } });
    expect(await contactOf(messageId)).toMatchObject({
      email: 'ann@shop.example',
      userId,
      name: 'Ann Lee',
      profile: { age: 33, company: { id: 'acme', name: 'Acme' } },
      consent: { email: { state: 'given', source: 'Shop' } },
      firstSource: { name: 'newsletter', detail: { medium: 'email' } },
      latestSource: { name: 'ads' },
      timeZone: 'Europe/Berlin',
      stage: 'subscribe',
    });
    expect(await v1.models.events.countDocuments({ name: 'Consent Given' })).toBe(1);
  });

  it('reads what an order is worth, and raises the stage with the second one', async () => {
    const userId = 'buyer-1';
    await v1.post('/track', { userId, event: 'Order Completed', properties: { revenue: 29.33, currency: 'eur' } });
    const messageId = nanoid();
    await v1.post('/track', {
      userId,
      messageId,
      event: 'Order Completed',
      properties: { total: '1000', currency: 'JPY' },
    });
    const contact = await contactOf(messageId);
    expect(contact).toMatchObject({
      stage: 'ascend',
      value: [
        { minor: 2933, currency: 'EUR' },
        { minor: 1000, currency: 'JPY' },
      ],
    });
    expect(contact?.summaries['Order Completed']).toMatchObject({ count: 2, minor: 3933 });
    expect(Object.keys(contact?.stageDates ?? {})).toEqual(['convert', 'ascend']);
  });

  it('takes the error of the caller’s clock out of the time', async () => {
    const messageId = nanoid();
    const sentAt = new Date(Date.now() + 86_400_000);
    const timestamp = new Date(sentAt.getTime() - 60_000);
    await v1.post('/track', { userId: 'late', event: 'Seen', messageId, timestamp, sentAt });
    const event = await eventOf(messageId);
    const age = (event?.receivedAt.getTime() ?? 0) - (event?.at.getTime() ?? 0);
    expect(age).toBeGreaterThan(59_000);
    expect(age).toBeLessThan(61_000);
  });

  it('takes text, gzip and a write key in the body, as browsers send them', async () => {
    const call = { userId: 'browser', event: 'Seen', writeKey: v1.writeKey };
    const plain = { 'content-type': 'text/plain', authorization: '' };
    expect((await v1.post('/t', call, plain)).status).toBe(200);
    const zipped = zip(call);
    expect((await v1.post('/t', zipped, { ...plain, 'content-encoding': 'gzip' })).status).toBe(200);
    expect((await v1.post('/t', 'no gzip at all', { 'content-encoding': 'gzip' })).status).toBe(400);
  });

  it('takes no event for the product’s own, whatever its write key is called', async () => {
    await v1.models.keys.updateOne({}, { $set: { name: 'pasture' } });
    // The name known so far is trusted for a second.
    await expect
      .poll(
        async () => {
          const messageId = nanoid();
          await v1.post('/identify', { userId: 'calls-own', messageId, traits: { firstName: 'Ada' } });
          return (await eventOf(messageId))?.source;
        },
        { timeout: 10_000 },
      )
      .toBe('pasture (write key)');
    await v1.models.keys.updateOne({}, { $set: { name: 'Shop' } });
  });

  it('maps a live event onto the clock of a sample contact', async () => {
    const startedAt = new Date(Date.now() - 20_000);
    await v1.models.clocks.create({
      _id: 'sample',
      origin: new Date('1997-04-15T00:00:00Z'),
      startedAt,
      scale: 8_640,
      scaledUntil: null,
    });
    await v1.contacts.resolve([{ kind: 'userId', value: 'cd-1' }], { clock: 'sample' });
    const messageId = nanoid();
    await v1.post('/track', { userId: 'cd-1', event: 'Order Completed', messageId });
    const at = (await eventOf(messageId))?.at.toISOString() ?? '';
    expect(at.slice(0, 10)).toBe('1997-04-17');
  });

  it('joins two known people by an alias', async () => {
    await v1.post('/identify', { userId: 'name-a', traits: {} });
    await v1.post('/identify', { userId: 'name-b', traits: {} });
    expect((await v1.post('/alias', { previousId: 'name-a', userId: 'name-b' })).status).toBe(200);
    const ids = await v1.models.identities.distinct('contact', { _id: { $in: ['userId:name-a', 'userId:name-b'] } });
    expect(ids).toHaveLength(1);
  });
});

describe('hostile properties', () => {
  it('stores operators, paths, prototypes, null bytes and half characters harmlessly', async () => {
    const messageId = nanoid();
    const properties =
      '{"$where":"1","a.b":{"$gt":1},"__proto__":{"admin":true},"nul\\u0000":"a\\u0000b","half":"\\ud800x","big":1e400,"constructor":"c"}';
    const body = `{"userId":"evil","event":"Ev\\u0000il","messageId":"${messageId}","properties":${properties}}`;
    expect((await v1.post('/track', body)).status).toBe(200);
    const event = await eventOf(messageId);
    expect(event?.name).toBe('Evil');
    expect(event?.properties).toEqual({
      _where: '1',
      a_b: { _gt: 1 },
      nul: 'ab',
      half: '\ufffdx',
      big: null,
      constructor: 'c',
    });
    expect(await contactOf(messageId)).toMatchObject({ userId: 'evil' });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('refuses what nests too deep, naming where', async () => {
    const deep = `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`;
    const answer = await v1.post('/track', `{"userId":"deep","event":"Seen","properties":${deep}}`);
    expect(answer).toMatchObject({ status: 400 });
    expect(answer.body.errors?.[0]?.path).toContain('properties.a');
  });

  it('counts events whose names look like paths', async () => {
    const messageId = nanoid();
    await v1.post('/track', { userId: 'paths', event: '$set.a.b', messageId });
    expect(Object.keys((await contactOf(messageId))?.summaries ?? {})).toEqual(['%24set%2ea%2eb']);
  });
});
