import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { failureOf, StandInProcess } from './process.ts';

interface Row {
  _id: string;
  text: string;
}

const standIn = new StandInProcess();
afterAll(() => standIn.dispose());

const canLimit = process.platform === 'linux';
/** How large the process's files may grow, as a full disk would decide. */
const limit = (bytes: number | 'unlimited') =>
  execFileSync('prlimit', ['--pid', String(standIn.pid), `--fsize=${bytes}:unlimited`]);

test.runIf(canLimit)(
  'on a full disk writes are refused whole under MongoDB’s own code, and taken again when there is room',
  async () => {
    const db = await standIn.start({ writeConcern: { w: 'majority', j: true } });
    const rows = db.collection<Row>('rows');
    await rows.createIndex({ text: 1 });
    await rows.insertOne({ _id: 'before', text: 'x' });
    limit(statSync(`${standIn.file}-wal`).size);
    const taken: string[] = [];
    const failures = [];
    for (let index = 0; index < 40; index += 1) {
      const page = Array.from({ length: 10 }, (_, row) => ({ _id: `${index}-${row}`, text: 'y'.repeat(20_000) }));
      const failure = await failureOf(rows.insertMany(page)).catch(() => null);
      if (failure) failures.push(failure.code);
      else taken.push(...page.map(({ _id }) => _id));
    }
    expect(failures.length).toBeGreaterThan(0);
    expect(new Set(failures)).toEqual(new Set([14_031]));
    expect(await rows.findOne({ _id: 'before' })).toMatchObject({ text: 'x' });
    limit('unlimited');
    await rows.insertOne({ _id: 'after', text: 'z' });
    const stored = await rows
      .find()
      .map(({ _id }) => _id)
      .toArray();
    expect(stored.toSorted()).toEqual(['before', ...taken, 'after'].toSorted());
    expect(await rows.countDocuments({ text: { $gte: '' } })).toBe(stored.length);
  },
);
