import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { Config } from '#engine/config.ts';

const known = new Set(Object.keys(Config.shape));
/** Set by those who run the product, not by those who use it. */
const inner = [
  'CRASH_AT',
  'CHROMIUM',
  'PASTURE_STANDIN',
  'PATH',
  'TASK_QUEUE',
  'XDG_CACHE_HOME',
  'npm_lifecycle_event',
];

test('every setting is explained in .env.example, and nothing there is unknown to the product or to compose', async () => {
  const [example, compose] = await Promise.all([read('.env.example'), read('docker-compose.yml')]);
  const explained = namesIn(example, /^# ([A-Z_]+)=/gm);
  const interpolated = namesIn(compose, /\$\{([A-Z_]+)/g);
  expect(explained.filter((name) => !known.has(name) && !interpolated.includes(name))).toEqual([]);
  expect([...known].filter((name) => !explained.includes(name)).toSorted()).toEqual(inner.toSorted());
  expect(interpolated.filter((name) => !explained.includes(name))).toEqual([]);
});

test('compose sets nothing that the product does not know', async () => {
  const compose = await read('docker-compose.yml');
  const set = compose.split('\n').flatMap((line) => /^ {4,6}([A-Z_]+): /.exec(line)?.[1] ?? []);
  expect(set).toContain('MONGODB_URI');
  expect(set.filter((name) => !known.has(name))).toEqual([]);
});

function read(path: string): Promise<string> {
  return readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name]) => name ?? '');
}
