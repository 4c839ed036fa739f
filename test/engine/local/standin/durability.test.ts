import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { range, StandInProcess } from './process.ts';

interface Row {
  _id: string;
  u: string;
  n: number;
}

const standIn = new StandInProcess();
afterAll(() => standIn.dispose());

const WRITERS = 8;

test.each([1, 2, 3])('kill -9 loses no write that was acknowledged with j: true (round %i)', async (round) => {
  const rows = (await standIn.start({ writeConcern: { w: 'majority', j: true } })).collection<Row>('durable');
  await rows.createIndex({ u: 1 }, { unique: true });
  const inserted: string[] = [];
  const counted = new Map<string, number>();
  let killed = false;
  const write = async (writer: number): Promise<void> => {
    const counter = `counter-${round}-${writer}`;
    await rows.insertOne({ _id: counter, u: counter, n: 0 });
    for (let i = 0; ; i++) {
      const id = `${round}-${writer}-${i}`;
      await rows.insertOne({ _id: id, u: `u${id}`, n: i });
      inserted.push(id);
      await rows.updateOne({ _id: counter }, { $inc: { n: 1 } });
      counted.set(counter, i + 1);
    }
  };
  const writers = range(WRITERS).map((writer) =>
    write(writer).catch((error: unknown) => {
      if (!killed) throw error;
    }),
  );
  while (inserted.length < 100) await sleep(10);
  await sleep(Math.random() * 100);
  killed = true;
  await standIn.stop('SIGKILL');
  await Promise.all(writers);

  const found = (await standIn.start()).collection<Row>('durable');
  const all = new Map((await found.find().toArray()).map((row) => [row._id, row]));
  expect(inserted.filter((id) => !all.has(id))).toEqual([]);
  expect([...counted].filter(([counter, n]) => (all.get(counter)?.n ?? 0) < n)).toEqual([]);
  // Documents and index entries are written together or not at all.
  expect(await found.countDocuments({ u: { $gte: '' } })).toBe(all.size);
  await standIn.stop('SIGKILL');
});
