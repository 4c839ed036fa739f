import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { nanoid } from 'nanoid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AnswerOf } from '#shared/api.ts';
import { createSecret, hashSecret } from '#engine/secrets.ts';
import { type LastingHouse, openLastingHouse } from './lasting-house.ts';

const PEOPLE = 20;
/** Longer than a sweep, so that whoever could move would have. */
const A_WHILE_MS = 13_000;

const secret = createSecret();
let lasting: LastingHouse;
beforeAll(async () => {
  lasting = await openLastingHouse();
});
afterAll(() => lasting.remove());

/** The database's own files, of whichever server it is. */
const databaseFiles = (of: string) => readdirSync(of).filter((name) => name.startsWith('mongo'));

function copyDatabase(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of databaseFiles(to)) rmSync(join(to, name), { recursive: true });
  for (const name of databaseFiles(from)) cpSync(join(from, name), join(to, name), { recursive: true });
}

async function ask(method: string, path: string): Promise<Response> {
  return fetch(`${lasting.house().url}/api${path}`, { method, headers: { authorization: `Bearer ${secret}` } });
}

async function holdNow(): Promise<AnswerOf<'getStatus'>['hold']> {
  const answer = await ask('GET', '/status');
  if (!answer.ok) throw new Error(`No status: ${answer.status} ${await answer.text()}`);
  const status: AnswerOf<'getStatus'> = await answer.json();
  return status.hold;
}

it('after a restore from an older backup nothing moves until somebody continues, who is named', async () => {
  const { folder, sink } = lasting;
  const key = { _id: nanoid(), kind: 'api' as const, name: 'Operator', prefix: 'op', hash: hashSecret(secret) };
  await lasting.engine().models.keys.create({ ...key, createdAt: new Date(), createdBy: 'test', lastUsedAt: null });
  const journey = await lasting.untilAllWait(PEOPLE);
  await lasting.close();
  const backup = join(folder, 'backup');
  copyDatabase(folder, backup);

  await lasting.open();
  expect(await holdNow()).toBeNull();
  await lasting.until(PEOPLE, { journey, state: 'completed' });
  expect(sink.ledger).toHaveLength(2 * PEOPLE);
  await lasting.close();
  copyDatabase(backup, folder);

  await lasting.open();
  const { enrollments, changes } = lasting.engine().models;
  const hold = await holdNow();
  expect(new Date(hold?.ranUntil ?? 0).getTime()).toBeGreaterThan(new Date(hold?.dataFrom ?? 0).getTime());
  await pause(A_WHILE_MS);
  expect(sink.ledger).toHaveLength(2 * PEOPLE);
  expect(await enrollments.countDocuments({ journey, node: 'pause', state: 'active' })).toBe(PEOPLE);
  expect(readFileSync(join(folder, 'logs', 'server.log'), 'utf8')).toContain('restored from a backup');

  expect((await ask('DELETE', '/hold')).status).toBe(204);
  expect(await holdNow()).toBeNull();
  await lasting.until(PEOPLE, { journey, state: 'completed' });
  expect(await changes.findOne({ verb: 'continued' }).lean()).toMatchObject({ actor: 'key:Operator' });
  await lasting.close();
  await lasting.open();
  expect(await holdNow()).toBeNull();
});
