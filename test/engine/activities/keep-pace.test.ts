import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { setTimeout as pause } from 'node:timers/promises';
import { keepPace } from '#engine/activities/keep-pace.ts';
import type { Models } from '#engine/models/index.ts';
import { openModels } from '../../support/mongo.ts';
import { runOf } from '../../support/runs.ts';

let database: Awaited<ReturnType<typeof openModels>>;
let models: Models;
beforeAll(async () => {
  database = await openModels();
  models = database.models;
});
afterAll(() => database.close());

const PLAN = 'spring/v1';
beforeEach(async () => {
  await models.enrollments.deleteMany({});
  const due = new Date(Date.now() - 1_000);
  const rows = ['Ada', 'Ben', 'Cleo'].map((name) => runOf('spring', name, { plan: PLAN, due }));
  await models.enrollments.insertMany(rows);
});

const never = { longestMs: 10 * 60_000 };

it('an audience comes in while few of it are still to be carried on, however many wait or belong to others', async () => {
  const due = new Date(Date.now() + 60_000);
  await models.enrollments.insertMany(['Dan', 'Eve'].map((name) => runOf('spring', name, { plan: PLAN, due })));
  await keepPace(models, PLAN, { ...never, enough: 4 });
  await keepPace(models, 'autumn/v1', { ...never, enough: 1 });
});

it('it waits while there are enough, and goes on once some were carried on', async () => {
  let over = false;
  const waiting = keepPace(models, PLAN, { ...never, enough: 3 }).then(() => (over = true));
  await pause(500);
  expect(over).toBe(false);
  await models.enrollments.updateOne({ contact: 'Ada' }, { $set: { due: null } });
  await waiting;
});

it('it waits no longer than it may, as behind a journey that is paused', async () => {
  await keepPace(models, PLAN, { enough: 1, longestMs: 300 });
  expect(await models.enrollments.countDocuments({ plan: PLAN })).toBe(3);
});
