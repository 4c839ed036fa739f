import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Base, createBase } from '#engine/base.ts';
import { readConfig } from '#engine/config.ts';
import { createPlans } from '#engine/journeys/plans.ts';
import { buildIndexes } from '#engine/models/index.ts';
import { currentHold, releaseHold } from '#engine/restore/hold.ts';
import { readMark } from '#engine/restore/mark-file.ts';
import { createMarks } from '#engine/restore/marks.ts';
import { createSettings } from '#engine/settings.ts';
import { type Database, openDatabase } from '../../support/mongo.ts';

let database: Database;
let base: Base;
let root: string;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'pasture-marks-'));
  [database, base] = await openBase();
});
afterEach(async () => {
  await database.close();
  rmSync(root, { recursive: true, force: true });
});

async function openBase(): Promise<[Database, Base]> {
  const opened = await openDatabase();
  const config = readConfig({ LOG_LEVEL: 'silent' });
  const made = createBase({ config, connection: opened.connection });
  await buildIndexes(made.models);
  return [opened, made];
}

/** A start of a server whose DATA_DIR is called so. */
const start = (place: string, on = base) =>
  createMarks({
    ...on,
    config: { ...on.config, DATA_DIR: join(root, place) },
    settings: createSettings(on.models),
  }).mark();

/** What the database knows of starts, to be put back as a backup would be. */
async function backup(): Promise<() => Promise<void>> {
  const collections = [base.models.counters.collection, base.models.holds.collection];
  const kept = await Promise.all(collections.map((one) => one.find().toArray()));
  return async () => {
    for (const [index, one] of collections.entries()) {
      await one.deleteMany({});
      const rows = kept[index] ?? [];
      if (rows.length > 0) await one.insertMany(rows);
    }
  };
}

it('starts on the same database and folder raise no alarm, whoever else starts there', async () => {
  for (const place of ['one', 'one', 'two', 'one', 'two']) expect(await start(place)).toBe('fine');
  expect(await currentHold(base.models)).toBeNull();
});

it('a database put back to before the last start holds everything, and keeps holding over further starts', async () => {
  await start('one');
  const restore = await backup();
  const { at } = (await readMark(join(root, 'one'))) ?? {};
  await start('one');
  await restore();
  expect(await start('one')).toBe('restored');
  expect(await currentHold(base.models)).toMatchObject({ dataFrom: at, releasedAt: null });
  expect(await start('one')).toBe('fine');
  expect(await currentHold(base.models)).not.toBeNull();
});

it('what is held goes on once somebody says so, with their name, and raises no second alarm', async () => {
  await start('one');
  await start('asleep');
  const restore = await backup();
  await start('asleep');
  await start('one');
  await restore();
  expect(await start('one')).toBe('restored');
  expect(await releaseHold(base.models, 'user:Ada')).toBe(true);
  expect(await releaseHold(base.models, 'user:Ben')).toBe(false);
  expect(await start('asleep')).toBe('fine');
  expect(await currentHold(base.models)).toBeNull();
  expect(await base.models.holds.findById('restored').lean()).toMatchObject({ releasedBy: 'user:Ada' });
});

it('a second restore after that is noticed again', async () => {
  await start('one');
  const restore = await backup();
  await start('one');
  await restore();
  await start('one');
  await releaseHold(base.models, 'user:Ada');
  const restoreAgain = await backup();
  await start('one');
  await restoreAgain();
  expect(await start('one')).toBe('restored');
});

it('the starts of other servers do not hide that one of them knows more than the database', async () => {
  await start('one');
  const restore = await backup();
  await start('one');
  await restore();
  for (let turn = 0; turn < 5; turn += 1) await start('two');
  expect(await start('one')).toBe('restored');
});

it('a database put back to before the very first start there is noticed too', async () => {
  await createSettings(base.models).get();
  const restore = await backup();
  await start('one');
  await restore();
  expect(await start('one')).toBe('restored');
  expect(await currentHold(base.models)).toMatchObject({ dataFrom: null });
});

it('a new folder, an unreadable file and a folder of another database raise no alarm', async () => {
  await start('one');
  expect(await start('new')).toBe('fine');
  writeFileSync(join(root, 'one', 'marks.json'), '{"place":');
  expect(await start('one')).toBe('fine');
  for (let turn = 0; turn < 3; turn += 1) await start('one');
  const [other, otherBase] = await openBase();
  expect(await start('one', otherBase)).toBe('fine');
  expect(await start('one')).toBe('fine');
  await other.close();
});

it('a start that was killed between its two writes raises no alarm', async () => {
  await start('one');
  const file = join(root, 'one', 'marks.json');
  const { place = '', ...mark } = (await readMark(join(root, 'one'))) ?? {};
  await start('one');
  writeFileSync(file, JSON.stringify({ place, ...mark }));
  expect(await start('one')).toBe('fine');
});

it('a running journey counts as paused while everything is held, and mails that were claimed are put off', async () => {
  await base.models.journeys.collection.insertMany([
    { _id: 'running', state: 'running' },
    { _id: 'stopped', state: 'stopped' },
  ] as object[]);
  await base.models.deliveries.collection.insertOne({ _id: 'mail', state: 'claimed' } as object);
  await start('one');
  const restore = await backup();
  await start('one');
  await restore();
  const before = createPlans(base.models);
  expect(await before.stateOf('running')).toBe('running');
  await start('one');
  const plans = createPlans(base.models);
  expect(await plans.stateOf('running')).toBe('paused');
  expect(await plans.stateOf('stopped')).toBe('stopped');
  expect(await base.models.deliveries.findById('mail').lean()).toMatchObject({
    state: 'deferred',
    reason: 'databaseRestored',
  });
});
