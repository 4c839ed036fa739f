import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test, vi } from 'vitest';
import { birthOf } from '#engine/local/birth.ts';
import { readCensus } from '#engine/local/census.ts';
import { holdFolder } from '#engine/local/hold.ts';
import { createSupervisor } from '#engine/local/supervisor.ts';
import { createVoice } from '#engine/local/voice.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'pasture-supervisor-'));
/** A process that lives until SIGTERM, and then writes its name to a file all share. */
const mortal = (name: string, tier: number, diary: string) => ({
  name,
  tier,
  command: process.execPath,
  args: [
    '-e',
    `process.on('SIGTERM', () => { require('fs').appendFileSync('${diary}', '${name} '); process.exit(0); });
     console.log('${name} is up'); setInterval(() => {}, 1000);`,
  ],
});

test('a killed part is started again, and the others live on', async () => {
  const folder = newFolder();
  const lines: string[] = [];
  const supervisor = await createSupervisor(
    folder,
    createVoice((line) => lines.push(line)),
  );
  await supervisor.start(mortal('one', 0, join(folder, 'diary')));
  await supervisor.start(mortal('two', 0, join(folder, 'diary')));
  const [one, two] = [supervisor.pidOf('one'), supervisor.pidOf('two')];
  process.kill(one ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(supervisor.pidOf('one') ?? one).not.toBe(one), 5_000);
  expect(supervisor.pidOf('two')).toBe(two);
  expect(lines.join('\n')).toContain('one ended (signal SIGKILL); it starts again in 0.5 s');
  await supervisor.stop();
});

test('parts are stopped from the highest tier down, and none is left', async () => {
  const folder = newFolder();
  const diary = join(folder, 'diary');
  const supervisor = await createSupervisor(
    folder,
    createVoice(() => {}),
  );
  const up: Promise<void>[] = [];
  for (const [name, tier] of [
    ['database', 0],
    ['inbox', 2],
    ['server', 3],
  ] as const) {
    const heard = Promise.withResolvers<void>();
    up.push(heard.promise);
    await supervisor.start({ ...mortal(name, tier, diary), hear: () => heard.resolve() });
  }
  await Promise.all(up);
  const pids = ['database', 'inbox', 'server'].map((name) => supervisor.pidOf(name) ?? 0);
  await supervisor.stop();
  expect(readFileSync(diary, 'utf8')).toBe('server inbox database ');
  expect(pids.map(birthOf)).toEqual([undefined, undefined, undefined]);
});

test('a part that ends before it serves is trouble told with its last lines', async () => {
  const supervisor = await createSupervisor(
    newFolder(),
    createVoice(() => {}),
  );
  const never = () => new Promise<void>(() => {});
  const args = ['-e', 'console.error("no such database file"); process.exit(3)'];
  const start = supervisor.start({ name: 'mongodb', tier: 0, command: process.execPath, args, ready: never });
  await expect(start).rejects.toThrow(/mongodb ended before it served \(exit code 3\)[^]*no such database file/);
  await supervisor.stop();
});

test('when the supervisor itself is killed, its parts are stopped', async () => {
  const folder = newFolder();
  const script = `
    const { createSupervisor } = await import('#engine/local/supervisor.ts');
    const supervisor = await createSupervisor(${JSON.stringify(folder)}, { say() {}, during: (_, work) => work() });
    await supervisor.start({ name: 'one', tier: 0, command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'] });
    console.log('up');`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(createInterface({ input: owner.stdout }), 'line');
  const [resident] = readCensus(folder);
  owner.kill('SIGKILL');
  expect(resident?.name).toBe('one');
  await vi.waitFor(() => expect(birthOf(resident?.pid ?? 0)).toBeUndefined(), 10_000);
});

test('a folder in use is refused with advice, and free again once let go', () => {
  const folder = newFolder();
  const letGo = holdFolder(folder);
  expect(() => holdFolder(folder)).toThrow(`Pasture already runs on ${folder}`);
  letGo();
  holdFolder(folder)();
});
