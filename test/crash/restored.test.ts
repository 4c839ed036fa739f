import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { nanoid } from 'nanoid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AnswerOf } from '#shared/api.ts';
import { createSecret, hashSecret } from '#engine/secrets.ts';
import { CROWD_TAG, insertCrowd } from '../../bench/crowd.ts';
import { type EngineBeside, openEngineBeside } from '../../bench/engine-beside.ts';
import { type House, openHouse } from '../../bench/house.ts';
import { type MailSink, openMailSink } from '../../bench/mail-sink.ts';
import { twoMails } from '../../bench/two-mails.ts';

const PEOPLE = 20;
/** Longer than a sweep, so that whoever could move would have. */
const A_WHILE_MS = 13_000;

let folder: string;
let sink: MailSink;
let house: House;
let engine: EngineBeside;
const secret = createSecret();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pasture-restored-'));
  sink = await openMailSink();
  await open();
});
afterAll(async () => {
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
  await engine?.close();
  await house?.close();
}

/** The database's own files, of whichever server it is. */
const databaseFiles = (of: string) => readdirSync(of).filter((name) => name.startsWith('mongo'));

function copyDatabase(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of databaseFiles(to)) rmSync(join(to, name), { recursive: true });
  for (const name of databaseFiles(from)) cpSync(join(from, name), join(to, name), { recursive: true });
}

async function ask(method: string, path: string): Promise<Response> {
  return fetch(`${house.url}/api${path}`, { method, headers: { authorization: `Bearer ${secret}` } });
}

async function holdNow(): Promise<AnswerOf<'getStatus'>['hold']> {
  const status: AnswerOf<'getStatus'> = await (await ask('GET', '/status')).json();
  return status.hold;
}

const mails = () => [...sink.ledger.values()].reduce((sum, times) => sum + times, 0);
const untilAll = async (filter: object): Promise<void> => {
  while ((await engine.models.enrollments.countDocuments(filter)) < PEOPLE) await pause(100);
};

it('after a restore from an older backup nothing moves until somebody continues, who is named', async () => {
  const key = { _id: nanoid(), kind: 'api' as const, name: 'Operator', prefix: 'op', hash: hashSecret(secret) };
  await engine.models.keys.create({ ...key, createdAt: new Date(), createdBy: 'test', lastUsedAt: null });
  await engine.addSender();
  await engine.addSegment('crowd', { kind: 'tag', tag: CROWD_TAG, has: true });
  await insertCrowd(engine.models, { people: PEOPLE, ordering: 'none' });
  const journey = await engine.publish('Restored', twoMails({ segment: 'crowd', waitSeconds: 10 }));
  await untilAll({ journey, node: 'pause', registered: true });
  await close();
  const backup = join(folder, 'backup');
  copyDatabase(folder, backup);

  await open();
  expect(await holdNow()).toBeNull();
  await untilAll({ journey, state: 'completed' });
  expect(mails()).toBe(2 * PEOPLE);
  await close();
  copyDatabase(backup, folder);

  await open();
  const hold = await holdNow();
  expect(new Date(hold?.ranUntil ?? 0).getTime()).toBeGreaterThan(new Date(hold?.dataFrom ?? 0).getTime());
  await pause(A_WHILE_MS);
  expect(mails()).toBe(2 * PEOPLE);
  expect(await engine.models.enrollments.countDocuments({ journey, node: 'pause', state: 'active' })).toBe(PEOPLE);
  expect(readFileSync(join(folder, 'logs', 'server.log'), 'utf8')).toContain('restored from a backup');

  expect((await ask('DELETE', '/hold')).status).toBe(204);
  expect(await holdNow()).toBeNull();
  await untilAll({ journey, state: 'completed' });
  expect(await engine.models.changes.findOne({ verb: 'continued' }).lean()).toMatchObject({ actor: 'key:Operator' });
  await close();
  await open();
  expect(await holdNow()).toBeNull();
});
