import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CROWD_TAG, insertCrowd } from '../../bench/crowd.ts';
import { type EngineBeside, openEngineBeside } from '../../bench/engine-beside.ts';
import { type House, openHouse } from '../../bench/house.ts';
import { type MailSink, openMailSink } from '../../bench/mail-sink.ts';
import { twoMails } from '../../bench/two-mails.ts';

const PEOPLE = 600;

let folder: string;
let sink: MailSink;
let house: House;
let engine: EngineBeside;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pasture-lost-'));
  sink = await openMailSink();
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

it("everyone who waits when Temporal's data is lost goes on after a start, and gets each mail once", async () => {
  await engine.addSender();
  await engine.addSegment('crowd', { kind: 'tag', tag: CROWD_TAG, has: true });
  await insertCrowd(engine.models, { people: PEOPLE, ordering: 'none' });
  const journey = await engine.publish('Lost', twoMails({ segment: 'crowd', waitSeconds: 20 }));
  await untilAll({ journey, node: 'pause', registered: true });
  expect(sink.ledger.size).toBe(PEOPLE);

  await close();
  const lost = readdirSync(folder).filter((name) => name.startsWith('temporal.db'));
  expect(lost).toContain('temporal.db');
  for (const name of lost) rmSync(join(folder, name));
  await open();

  await untilAll({ journey, state: 'completed' });
  expect(sink.ledger.size).toBe(2 * PEOPLE);
  expect([...sink.ledger.values()].filter((times) => times > 1)).toEqual([]);
});
