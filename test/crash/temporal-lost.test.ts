import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect } from 'vitest';
import { CROWD_TAG, insertCrowd } from '../../bench/crowd.ts';
import { type EngineBeside, openEngineBeside } from '../../bench/engine-beside.ts';
import { type House, openHouse } from '../../bench/house.ts';
import { twoMails } from '../../bench/two-mails.ts';
import { openSink, type Sink } from '../support/smtp-sink.ts';
import { checkInvariants } from './invariants.ts';
import { survives, whole } from './journal.ts';

const PEOPLE = whole ? 600 : 100;

let folder: string;
let sink: Sink;
let house: House;
let engine: EngineBeside;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pasture-lost-'));
  sink = await openSink();
  await open();
});
afterEach(async () => {
  await close();
  await sink.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  const own = { TEMPORAL_ADDRESS: '', MONGODB_URI: '' };
  house = await openHouse(folder, { ...own, SMTP_URL: sink.url, WORKERS: '1' });
  engine = await openEngineBeside(house, sink.url);
}

async function close(): Promise<void> {
  await engine.close();
  await house.close();
}

const untilAll = async (filter: object): Promise<void> => {
  while ((await engine.models.enrollments.countDocuments(filter)) < PEOPLE) await pause(200);
};

survives(
  "everyone who waits when Temporal's data is lost goes on after a start, and gets each mail once",
  async (tell) => {
    await engine.addSender();
    await engine.addSegment('crowd', { kind: 'tag', tag: CROWD_TAG, has: true });
    await insertCrowd(engine.models, { people: PEOPLE, ordering: 'none' });
    const journey = await engine.publish('Lost', twoMails({ segment: 'crowd', waitSeconds: 10 }));
    await untilAll({ journey, node: 'pause', registered: true });
    expect(sink.ledger).toHaveLength(PEOPLE);

    await close();
    const lost = readdirSync(folder).filter((name) => name.startsWith('temporal.db'));
    expect(lost).toContain('temporal.db');
    for (const name of lost) rmSync(join(folder, name));
    await open();

    await untilAll({ journey, state: 'completed' });
    const findings = await checkInvariants({ models: engine.models, journey, ledger: sink.ledger });
    expect(findings).toMatchObject({ people: PEOPLE, sent: 2 * PEOPLE, unknown: 0 });
    tell(findings);
  },
);
