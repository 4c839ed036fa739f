import express from 'express';
import request from 'supertest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { signLink } from '#engine/channels/email/links.ts';
import type { Outgoing } from '#engine/deliveries.ts';
import { createUnsubscribe } from '#engine/deliveries/unsubscribe.ts';
import type { OwnEvent } from '#engine/events/own-event.ts';
import { publicRouter } from '#engine/public/public-router.ts';
import { createTrack } from '#engine/public/track.ts';
import { createSettings } from '#engine/settings.ts';
import { GROUP, openWorld, type World } from '../../support/mail-room.ts';
import { openSink, type Sink } from '../../support/smtp-sink.ts';

let world: World;
let sink: Sink;
let app: express.Express;
let ada: Outgoing;
let secret: string;
const recorded: OwnEvent[] = [];
const withdrawn: string[] = [];

beforeEach(async () => {
  recorded.length = 0;
  withdrawn.length = 0;
  sink = await openSink();
  world = await openWorld();
  const { base } = world;
  const settings = createSettings(base.models);
  secret = (await settings.get()).linkSecret;
  ada = await world.person('Ada');
  await world.open(sink.url).send({ plan: world.plan, group: GROUP, token: 't', outgoing: [ada] });
  app = express().use(
    publicRouter({
      base,
      settings,
      track: createTrack({ base, record: async (event) => void recorded.push(event) }),
      unsubscribe: createUnsubscribe({
        base,
        record: async (event) => void recorded.push(event),
        withdraw: async ({ contact }) => void withdrawn.push(contact),
      }),
    }),
  );
});
afterEach(async () => {
  await world.close();
  await sink.close();
});

const rowOf = () => world.base.models.deliveries.findById(ada.key).lean();
const link = () => signLink(secret, 'u', { d: ada.key });

test('loading the pixel opens the delivery, once', async () => {
  const pixel = `/o/${signLink(secret, 'o', { d: ada.key })}.gif`;
  const answer = await request(app).get(pixel);
  expect(answer.type).toBe('image/gif');
  await expect.poll(async () => (await rowOf())?.openedAt).toBeInstanceOf(Date);
  await request(app).get(pixel);
  expect(recorded).toMatchObject([
    { name: 'Message Opened', contact: 'ada', properties: { step: 'hello', delivery: ada.key } },
  ]);
});

test('a followed link leads to its signed target, and proves an open', async () => {
  const answer = await request(app).get(`/c/${signLink(secret, 'c', { d: ada.key, l: 'https://shop.test/offer' })}`);
  expect(answer.status).toBe(302);
  expect(answer.headers['location']).toBe('https://shop.test/offer');
  expect(recorded.map(({ name }) => name)).toEqual(['Message Opened', 'Message Clicked']);
  expect(recorded[1]?.properties).toMatchObject({ link: 'https://shop.test/offer' });
  expect(await rowOf()).toMatchObject({ openedAt: expect.any(Date), clickedAt: expect.any(Date) });
});

test('a link that was not signed here leads nowhere', async () => {
  const forged = signLink('another secret', 'c', { d: ada.key, l: 'https://evil.test/' });
  const answer = await request(app).get(`/c/${forged}`);
  expect(answer.status).toBe(404);
  expect(answer.headers['location']).toBeUndefined();
  expect(recorded).toEqual([]);
});

test('looking at the unsubscribe page changes nothing', async () => {
  const answer = await request(app).get(`/u/${link()}`).set('Accept-Language', 'zh-CN');
  expect(answer.text).toContain('是的，退订');
  expect(withdrawn).toEqual([]);
  expect(await world.base.models.suppressions.countDocuments()).toBe(0);
});

test('one click of a mail client unsubscribes, and doing it again is the same', async () => {
  for (let times = 0; times < 2; times++) {
    const answer = await request(app).post(`/u/${link()}`).type('form').send({ 'List-Unsubscribe': 'One-Click' });
    expect(answer.status).toBe(200);
  }
  expect(await world.base.models.suppressions.findById('email:ada@people.test').lean()).toMatchObject({
    reason: 'unsubscribed',
  });
  expect((await rowOf())?.unsubscribedAt).toBeInstanceOf(Date);
  expect(withdrawn).toEqual(['ada', 'ada']);
});
