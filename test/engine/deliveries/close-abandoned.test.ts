import { expect, test } from 'vitest';
import { closeAbandoned } from '#engine/deliveries/close-abandoned.ts';
import type { DeliveryState } from '#shared/delivery.ts';
import type { Outgoing } from '#engine/deliveries.ts';
import { mailTalk } from '../../support/mail-talk.ts';

const talk = mailTalk();
const MINUTE_MS = 60_000;

/** A delivery as a batch left it that never came back, so many minutes ago. */
async function left(name: string, state: DeliveryState, minutes: number): Promise<Outgoing> {
  const person = await talk.world.person(name);
  const { deliveries } = talk.world.base.models;
  await talk.send(talk.world.open(talk.sink.url), [person], name);
  const updatedAt = new Date(Date.now() - minutes * MINUTE_MS);
  await deliveries.updateOne({ _id: person.key }, { $set: { state, reason: null, updatedAt } });
  return person;
}

const goesOn = ({ enrollment }: Outgoing) =>
  talk.world.base.models.enrollments.updateOne({ _id: enrollment._id }, { $set: { node: 'next' } });

test('what a batch left ten minutes ago is closed: begun mails are unknown, claimed ones of people gone on are skipped', async () => {
  const begun = await left('Begun', 'data_started', 11);
  const gone = await left('Gone', 'claimed', 11);
  await goesOn(gone);
  const ended = await left('Ended', 'claimed', 11);
  await talk.world.base.models.enrollments.deleteOne({ _id: ended.enrollment._id });
  await closeAbandoned(talk.world.base.models);
  expect(await talk.rowOf(begun)).toMatchObject({ state: 'unknown', reason: 'interrupted' });
  expect(await talk.rowOf(gone)).toMatchObject({ state: 'skipped', reason: 'abandoned' });
  expect(await talk.rowOf(ended)).toMatchObject({ state: 'skipped', reason: 'abandoned' });
});

test('whoever still stands at the step is left to its batch, and so is what is younger or put off', async () => {
  const standing = await left('Standing', 'claimed', 11);
  const young = await left('Young', 'claimed', 9);
  await goesOn(young);
  const sending = await left('Sending', 'data_started', 9);
  const putOff = await left('PutOff', 'deferred', 60);
  await closeAbandoned(talk.world.base.models);
  expect(await talk.rowOf(standing)).toMatchObject({ state: 'claimed' });
  expect(await talk.rowOf(young)).toMatchObject({ state: 'claimed' });
  expect(await talk.rowOf(sending)).toMatchObject({ state: 'data_started' });
  expect(await talk.rowOf(putOff)).toMatchObject({ state: 'deferred' });
});
