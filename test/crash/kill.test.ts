import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Delivery } from '#shared/delivery.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import { recount } from '#engine/journeys/recount.ts';
import { createReports } from '#engine/report/reports.ts';
import { CROWD_TAG, insertCrowd } from '../../bench/crowd.ts';
import { type EngineBeside, openEngineBeside } from '../../bench/engine-beside.ts';
import { type House, openHouse } from '../../bench/house.ts';
import { type MailSink, openMailSink } from '../../bench/mail-sink.ts';
import { twoMails } from '../../bench/two-mails.ts';

/** The full proof is run with 10,000. */
const PEOPLE = Number(process.env['CRASH_PEOPLE'] ?? 2_000);
const MAILS = 2 * PEOPLE;
/** Killed when this share of all mails has come in. */
const KILLS: [part: string, share: number][] = [
  ['worker-1', 0.08],
  ['server', 0.25],
  ['temporal', 0.4],
  ['worker-2', 0.6],
  ['mongodb', 0.75],
];

let folder: string;
let sink: MailSink;
let house: House;
let engine: EngineBeside;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pasture-crash-'));
  sink = await openMailSink();
  const own = { TEMPORAL_ADDRESS: '', MONGODB_URI: '' };
  house = await openHouse(folder, { ...own, SMTP_URL: sink.url, WORKERS: '2' });
  engine = await openEngineBeside(house, sink.url);
  await engine.addSender();
  await engine.addSegment('crowd', { kind: 'tag', tag: CROWD_TAG, has: true });
  await insertCrowd(engine.models, { people: PEOPLE, ordering: 'none' });
});
afterAll(async () => {
  await engine?.close();
  await house?.close();
  await sink?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Whether it could be counted: a database just killed answers again in a moment. */
const count = (filter: object): Promise<number> => engine.models.enrollments.countDocuments(filter).catch(() => -1);

async function killOneByOne(): Promise<string[]> {
  const killed: string[] = [];
  for (const [part, share] of KILLS) {
    while (sink.ledger.size < MAILS * share) await pause(20);
    house.kill(part);
    killed.push(part);
  }
  return killed;
}

it(
  'a journey whose worker, server, Temporal and database are killed in its middle brings everyone to the end, and nobody gets a mail twice',
  { timeout: 60_000 + PEOPLE * 60 },
  async () => {
    const journey = await engine.publish('Crash', twoMails({ segment: 'crowd', waitSeconds: 10 }));
    expect(await killOneByOne()).toHaveLength(KILLS.length);
    while ((await count({ journey, state: 'completed' })) < PEOPLE) await pause(500);

    const { enrollments, deliveries, journeys } = engine.models;
    const rows = await enrollments.find({ journey }).lean<Enrollment[]>();
    expect(rows).toHaveLength(PEOPLE);
    expect(new Set(rows.map(({ contact }) => contact)).size).toBe(PEOPLE);
    expect(new Set(rows.map(({ path }) => path.map(({ node }) => node).join(' ')))).toEqual(
      new Set(['first pause second end']),
    );

    const mails = await deliveries.find({ journey }).lean<Delivery[]>();
    const { sent = [], unknown = [], ...others } = Object.groupBy(mails, ({ state }) => state);
    expect(Object.keys(others)).toEqual([]);
    expect(sent.length + unknown.length).toBe(MAILS);
    expect([...sink.ledger].filter(([, times]) => times > 1)).toEqual([]);
    expect(sent.filter(({ _id }) => !sink.ledger.has(_id))).toEqual([]);
    expect(sink.ledger.size).toBeLessThanOrEqual(sent.length + unknown.length);

    const report = await createReports(engine.models).report(journey);
    const { entered = 0, waiting = 0, completed = 0, exited = 0, failed = 0 } = report ?? {};
    expect(entered).toBe(PEOPLE);
    expect(entered).toBe(waiting + completed + exited + failed);
    const plan = (await journeys.findById(journey).lean())?.plan ?? '';
    expect(await recount(engine.models, plan), 'the passages had to be rebuilt').toBe(false);
    console.log(`${PEOPLE} people: ${sent.length} sent, ${unknown.length} unknown, ${sink.ledger.size} in the ledger`);
  },
);
