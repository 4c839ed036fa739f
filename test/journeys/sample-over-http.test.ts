import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { signedInOwner } from '../support/owner.ts';
import { openPasture, type Pasture } from '../support/pasture.ts';

let pasture: Pasture;
let owner: Awaited<ReturnType<typeof signedInOwner>>;
beforeAll(async () => {
  pasture = await openPasture();
  owner = await signedInOwner(pasture);
});
afterAll(() => pasture.close());

/** What stays of a workspace that never had a sample. */
const ownCollections = new Set('users sessions settings counters keys senders changes eventNames'.split(' '));

/** How much every other collection holds, by name. */
async function left(): Promise<Record<string, number>> {
  const { db } = pasture.database.connection;
  if (!db) throw new Error('the database is gone');
  const names = (await db.listCollections().toArray())
    .map(({ name }) => name)
    .filter((name) => !ownCollections.has(name));
  const counts = await Promise.all(
    names.map(async (name): Promise<[string, number]> => [name, await db.collection(name).countDocuments()]),
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

test('the sample shop is removed without a trace in the middle of its journey, and can be loaded again', async () => {
  await owner.post('/api/sample').send({ pace: 'fast' }).expect(200);
  await vi.waitFor(async () => expect((await owner.get('/api/sample')).body.state).toBe('ready'), 90_000);
  const { journey } = (await owner.get('/api/sample')).body;
  await owner.post(`/api/journeys/${journey}/publication`).send({}).expect(200);
  await vi.waitFor(async () => {
    const held = await left();
    expect(held['enrollments']).toBeGreaterThan(1_000);
    expect(held['inbox']).toBeGreaterThan(20);
    expect(held['coupons']).toBeGreaterThan(1_000);
  }, 90_000);
  await owner.delete('/api/sample').expect(200);
  await vi.waitFor(async () => expect((await owner.get('/api/sample')).body.state).toBe('absent'), 60_000);
  await vi.waitFor(async () => expect(await left()).toEqual({}), 20_000);
  // Whoever was under way in a worker or on a connection has had the time to come back.
  await pause(3_000);
  expect(await left()).toEqual({});
  await owner.post('/api/sample').send({ pace: 'real' }).expect(200);
  await vi.waitFor(async () => expect((await owner.get('/api/sample')).body.state).toBe('ready'), 90_000);
});
