import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Enrollment } from '#shared/enrollment.ts';
import { walkPage } from '#engine/activities/walk-page.ts';
import { walkOne } from '../support/walk-one.ts';
import { createEnter } from '#engine/journeys/enter.ts';
import { recount } from '#engine/journeys/recount.ts';
import { draw, step } from '../support/drawing.ts';
import { openEngine } from '../support/engine.ts';

let engine: Awaited<ReturnType<typeof openEngine>>;
beforeAll(async () => {
  engine = await openEngine();
});
afterAll(() => engine.close());

const hour = { kind: 'after', duration: { amount: 1, unit: 'hour' } } as const;
const attempt = { id: 'run/1', token: 'run/1#1' };

describe('a batch', () => {
  let journey: string;
  let plan: string;
  let ids: string[];
  const rows = () => engine.models.enrollments.find({ journey }).lean<Enrollment[]>();
  const passages = () => engine.models.passages.find({ journey }).lean();

  beforeEach(async () => {
    const awaited = step('await', 'wait-for-event', { until: hour });
    const drawing = draw(
      [
        step('fork', 'branch', {
          ways: [{ id: 'vip', label: 'VIP', condition: { kind: 'all', of: [{ kind: 'tag', tag: 'vip', has: true }] } }],
        }),
        awaited,
        step('end', 'exit'),
      ],
      ['fork.vip -> await', 'fork.else -> await', 'await.happened -> end', 'await.timedOut -> end'],
    );
    journey = await engine.publish(drawing);
    plan = `${journey}/v1`;
    // The rows alone, without a workflow: the batch is called here as Temporal would call it.
    const contacts = await Promise.all(
      Array.from({ length: 10 }, (_, index) => engine.contact({ tags: index < 4 ? ['vip'] : [] })),
    );
    const quiet = { ...engine.journeys.starter, group: async () => {} };
    const enter = createEnter(engine.base, quiet, engine.journeys.mergeRuns);
    const people = contacts.map((contact) => ({
      contact,
      occasion: 'once',
      key: '',
      countsFrom: new Date(),
      entryEvent: null,
    }));
    ids = await enter({ plan: await engine.journeys.plans.get(plan), people, group: 'key', queue: 'live' });
  });

  const batchOf = (node: string, some: string[]) => ({
    plan,
    key: 'key',
    node,
    ids: some,
    at: new Date().toISOString(),
  });

  it('killed after half of its rows and repeated moves everyone once and counts them once', async () => {
    await walkOne(engine.walk, batchOf('fork', ids.slice(0, 5)), attempt);
    const answer = await walkOne(engine.walk, batchOf('fork', ids), { ...attempt, token: 'run/1#2' });
    expect(Object.fromEntries(Object.entries(answer).map(([edge, some]) => [edge, some.length]))).toEqual({
      vip: 4,
      else: 6,
    });
    expect((await rows()).map(({ path, node }) => [path.length, node])).toEqual(ids.map(() => [1, 'await']));
    expect(await passages()).toMatchObject([{ _id: 'run/1', edges: { vip: 4, else: 6 } }]);
  });

  it('killed before it starts the groups starts them when repeated, though its rows are written', async () => {
    await walkOne(engine.walk, batchOf('fork', ids), attempt);
    const killed = {
      ...engine.walk,
      starter: { ...engine.walk.starter, group: () => Promise.reject(new Error('killed')) },
    };
    const wait = { id: 'run/2', token: 'run/2#1' };
    await expect(walkOne(killed, batchOf('await', ids), wait)).rejects.toThrow('killed');
    const started: string[] = [];
    const spied = {
      ...engine.walk,
      starter: { ...engine.walk.starter, group: async ({ key }: { key: string }) => void started.push(key) },
    };
    expect(await walkOne(spied, batchOf('await', ids), { ...wait, token: 'run/2#2' })).toEqual({});
    const waiting = await rows();
    expect(new Set(waiting.map(({ group }) => group))).toEqual(new Set(started));
    expect(waiting.every(({ registered, seq }) => registered && seq === 2)).toBe(true);
  });

  it('a page whose walk was cut off goes on where each person stands, and starts the groups it owes', async () => {
    const page = { id: 'run/6', token: 'run/6#1' };
    const walkWith = (group: () => Promise<void>, token: string) =>
      walkPage({ ...engine.walk, starter: { ...engine.walk.starter, group } }, batchOf('fork', ids), {
        ...page,
        token,
      });
    await walkOne(engine.walk, batchOf('fork', ids.slice(0, 5)), { ...page, id: 'run/6/fork' });
    await expect(walkWith(() => Promise.reject(new Error('killed')), 'run/6#2')).rejects.toThrow('killed');
    const started: string[] = [];
    await walkPage(
      { ...engine.walk, starter: { ...engine.walk.starter, group: async ({ key }) => void started.push(key) } },
      batchOf('fork', ids),
      { ...page, token: 'run/6#3' },
    );
    const waiting = await rows();
    expect(waiting.map(({ path, node, registered }) => [path.length, node, registered])).toEqual(
      ids.map(() => [1, 'await', true]),
    );
    expect(new Set(waiting.map(({ group }) => group))).toEqual(new Set(started));
    expect(await passages()).toMatchObject([{ _id: 'run/6/fork', edges: { vip: 4, else: 6 } }]);
  });

  it('of several nodes is written once, where people come to wait, and nothing of it for whom somebody else moved', async () => {
    const [gone = ''] = ids;
    const contact = (await rows()).find(({ _id }) => _id === gone)?.contact ?? '';
    const page = { id: 'run/7', token: 'run/7#1' };
    const stateOf = async (id: string) => {
      // Between what was read and what is written, one of them leaves.
      await engine.journeys.leaving.leave(contact, 'manual');
      return engine.walk.plans.stateOf(id);
    };
    await walkPage({ ...engine.walk, plans: { ...engine.walk.plans, stateOf } }, batchOf('fork', ids), page);
    const [left, ...others] = (await rows()).toSorted(
      ({ _id }, other) => Number(other._id === gone) - Number(_id === gone),
    );
    expect(left).toMatchObject({ _id: gone, state: 'exited', path: [{ node: 'fork', edge: 'exit:manual' }] });
    expect(others.map(({ path, registered, seq }) => [path.length, registered, seq])).toEqual(
      others.map(() => [1, true, 1]),
    );
    const forked = (await passages()).find(({ _id }) => _id === 'run/7/fork');
    expect(Object.values(forked?.edges ?? {}).reduce((sum, count) => sum + count, 0)).toBe(9);
  });

  it('raced by an event leaves the released person to the event', async () => {
    await walkOne(engine.walk, batchOf('fork', ids), attempt);
    const wait = { id: 'run/3', token: 'run/3#1' };
    await walkOne(engine.walk, batchOf('await', ids), wait);
    const [first] = await rows();
    await engine.happen(first?.contact ?? '', 'Order Completed');
    const again = await walkOne(engine.walk, batchOf('await', ids), { ...wait, token: 'run/3#2' });
    expect(again).toEqual({});
    await vi.waitFor(async () => {
      expect(await engine.models.enrollments.findById(first?._id).lean()).toMatchObject({ state: 'completed' });
    }, 10_000);
    expect((await rows()).filter(({ state }) => state === 'active')).toHaveLength(9);
  });

  it('meets an event that came between the message and the wait at once', async () => {
    await walkOne(engine.walk, batchOf('fork', ids), attempt);
    const [first] = await rows();
    await engine.happen(first?.contact ?? '', 'Order Completed');
    const answer = await walkOne(engine.walk, batchOf('await', ids), {
      id: 'run/4',
      token: 'run/4#1',
    });
    expect(answer).toEqual({ happened: [first?._id] });
  });

  it('whose passage was lost is counted again from the rows', async () => {
    await walkOne(engine.walk, batchOf('fork', ids), attempt);
    await walkOne(engine.walk, batchOf('await', ids), { id: 'run/5', token: 'run/5#1' });
    await engine.models.passages.deleteMany({ journey });
    expect(await recount(engine.models, plan)).toBe(true);
    expect(await passages()).toMatchObject([{ _id: 'run/1', edges: { vip: 4, else: 6 } }]);
    expect(await recount(engine.models, plan)).toBe(false);
  });
});
