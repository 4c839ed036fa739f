import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { writerHeaders } from './client.ts';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { crowdsOf, twoMails } from './crowds.ts';
import { survives, whole } from './journal.ts';

const PEOPLE = whole ? 500 : 40;
const MOST_CALLS = 2_000;

let house: CrashHouse;
let headers: Record<string, string>;
beforeAll(async () => {
  house = await openCrashHouse();
  headers = await writerHeaders(house.engine);
  await Promise.all([house.start('server-1'), house.start('worker-1')]);
});
afterAll(() => house.close());

/** No file of the database may grow beyond this, as if its disk were full. */
function limitFiles(bytes: number | 'unlimited'): void {
  const pid = house.hands.pidOf('mongodb');
  if (pid !== undefined) execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
}

/** The database's log, which every write goes to. */
function logBytes(): number {
  const names = readdirSync(house.folder).filter((name) => name.endsWith('-wal'));
  return Math.max(0, ...names.map((name) => statSync(join(house.folder, name)).size));
}

async function post(messageId: string): Promise<number> {
  const properties = { note: 'x'.repeat(20_000) };
  const body = JSON.stringify({ messageId, userId: 'full', event: 'Filled', properties });
  const answer = await fetch(`${house.url}/v1/track`, { method: 'POST', headers, body });
  await answer.arrayBuffer();
  return answer.status;
}

survives('a full disk: 503, no mail without its record, and everything goes on when there is room', async (tell) => {
  if (process.platform !== 'linux') return;
  const crowds = crowdsOf(house);
  const journey = await crowds.publish(twoMails(5));
  await crowds.enter(journey, PEOPLE);
  await crowds.until({ journey, node: 'pause', registered: true }, PEOPLE);
  limitFiles(logBytes());
  const taken: string[] = [];
  let refusal = 200;
  for (let index = 0; index < MOST_CALLS && refusal === 200; index += 1) {
    refusal = await post(`full-${index}`);
    if (refusal === 200) taken.push(`full-${index}`);
  }
  expect(refusal).toBe(503);
  // By now the wait is over, and nobody's second mail can be recorded.
  await pause(8_000);
  expect(house.sink.ledger.filter(({ key }) => key.endsWith('|second'))).toEqual([]);
  if (house.hands.pidOf('mongodb') === undefined) await house.hands.again('mongodb');
  else limitFiles('unlimited');
  await crowds.ended(journey);
  await crowds.eventsDone();
  expect(await post('room')).toBe(200);
  const { events } = house.engine.models;
  expect(await events.countDocuments({ _id: { $in: taken } })).toBe(taken.length);
  const findings = await crowds.findings(journey);
  expect(findings).toMatchObject({ people: PEOPLE, sent: 2 * PEOPLE, unknown: 0, twice: 0 });
  tell(findings);
});
