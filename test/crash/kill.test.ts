import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Enrollment } from '#shared/enrollment.ts';
import { CROWD_TAG, insertCrowd } from '../../bench/crowd.ts';
import { type EngineBeside, openEngineBeside } from '../../bench/engine-beside.ts';
import { type House, openHouse } from '../../bench/house.ts';
import { twoMails } from '../../bench/two-mails.ts';
import { openSink, type Sink } from '../support/smtp-sink.ts';
import { checkInvariants } from './invariants.ts';
import { survives, whole } from './journal.ts';

const PEOPLE = whole ? 10_000 : 1_000;
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
let sink: Sink;
let house: House;
let engine: EngineBeside;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pasture-crash-'));
  sink = await openSink();
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

async function killOneByOne(): Promise<void> {
  for (const [part, share] of KILLS) {
    while (sink.ledger.length < MAILS * share) await pause(20);
    house.kill(part);
  }
}

survives(
  'a journey whose worker, server, Temporal and database are killed in its middle brings everyone to the end, and nobody gets a mail twice',
  async (tell) => {
    const journey = await engine.publish('Crash', twoMails({ segment: 'crowd', waitSeconds: 10 }));
    await killOneByOne();
    while ((await count({ journey, state: 'completed' })) < PEOPLE) await pause(500);

    const rows = await engine.models.enrollments.find({ journey }).lean<Enrollment[]>();
    expect(rows).toHaveLength(PEOPLE);
    expect(new Set(rows.map(({ contact }) => contact)).size).toBe(PEOPLE);
    expect(new Set(rows.map(({ path }) => path.map(({ node }) => node).join(' ')))).toEqual(
      new Set(['first pause second end']),
    );
    const findings = await checkInvariants({ models: engine.models, journey, ledger: sink.ledger });
    expect(findings.sent + findings.unknown).toBe(MAILS);
    tell(findings);
  },
  120_000 + PEOPLE * 40,
);
