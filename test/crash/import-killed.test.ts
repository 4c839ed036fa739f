import { createReadStream, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { createUploads } from '#engine/imports/uploads.ts';
import type { ImportJob } from '#engine/models/import.ts';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { survives, whole } from './journal.ts';

const ROWS = whole ? 1_000_000 : 20_000;
const BAD = ROWS / 1_000;
/** Rows that name somebody of fifty rows before again, in another city. */
const AGAIN = ROWS / 100;
/** Killed when this share of the rows is in. */
const KILLS = [0.3, 0.6];
const MOST_MB = 300;

let house: CrashHouse;
beforeAll(async () => {
  house = await openCrashHouse();
  await Promise.all([house.start('server-1'), house.start('worker-1')]);
});
afterAll(() => house.close());

function rowOf(index: number): string {
  if (index % 1_000 === 999) return `nobody,Row,City,yes`;
  const isAgain = index % 100 === 50;
  const person = isAgain ? index - 50 : index;
  return `person-${person}@import.example,First ${person % 97},${isAgain ? 'Moved' : 'City'},${person % 2 ? 'yes' : 'no'}`;
}

/** The most memory the worker has ever had. */
function peakMb(): number {
  const status = readFileSync(`/proc/${house.hands.pidOf('worker-1')}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1_024;
}

survives(
  'the worker killed twice in the middle of a large import: every row is in, once',
  async () => {
    const { engine, folder, hands } = house;
    const { models } = engine;
    const path = join(folder, 'people.csv');
    const rows = Array.from({ length: ROWS }, (_, index) => rowOf(index));
    await writeFile(path, `email,name,city,agreed\n${rows.join('\n')}\n`);
    const uploads = createUploads({ ...engine.base, config: { ...engine.base.config, DATA_DIR: folder } });
    const upload = await uploads.keep(createReadStream(path), 'people.csv');
    const profile = { name: '{{ name }}', city: '{{ city }}' };
    const mapping = { kind: 'contacts' as const, email: '{{ email }}', phone: '', userId: '', profile, tags: ['file'] };
    const consent = { kind: 'column' as const, column: 'agreed' };
    const { _id } = await engine.imports.start({ upload: upload._id, mapping, consent, source: 'file' }, 'test');
    const job = () => models.imports.findById(_id).lean<ImportJob>();
    const peaks: number[] = [];
    for (const share of KILLS) {
      while (((await job())?.rows ?? 0) < ROWS * share) await pause(20);
      if (process.platform === 'linux') peaks.push(peakMb());
      await hands.kill('worker-1');
      await house.start('worker-1');
    }
    while ((await job())?.state === 'running') await pause(100);
    if (process.platform === 'linux') peaks.push(peakMb());

    const made = ROWS - BAD - AGAIN;
    expect(await job()).toMatchObject({ state: 'done', rows: ROWS, bad: BAD, created: made, updated: AGAIN });
    expect(await models.importErrors.countDocuments({ import: _id })).toBe(BAD);
    expect(await models.contacts.countDocuments({ tags: 'file' })).toBe(made);
    expect(await models.identities.countDocuments({ kind: 'email' })).toBe(made);
    const agreed = await models.contacts.countDocuments({ 'consent.email.state': 'given' });
    expect(await models.events.countDocuments({ name: 'Consent Given' })).toBe(agreed);
    const moved = await models.contacts.findOne({ email: 'person-100@import.example' }).lean();
    expect(moved?.profile).toMatchObject({ city: 'Moved' });
    expect(peaks.filter((mb) => mb >= MOST_MB)).toEqual([]);
  },
  whole ? 1_500_000 : 180_000,
);
