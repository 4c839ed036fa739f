import { expect, test } from 'vitest';
import { Trouble } from '#engine/local/trouble.ts';
import { takeFirstWay, type Way } from '#engine/local/ways.ts';

const open = (name: string): Way<string> => ({ name, take: async () => ({ found: name }) });
const closed = (name: string, reason: string): Way<string> => ({ name, take: async () => ({ closed: reason }) });
const broken = (name: string, error: Error): Way<string> => ({
  name,
  take: async () => {
    throw error;
  },
});

test('the first way that is open is taken, and the later ones are not tried', async () => {
  const later = broken('later', new Trouble('must not be tried'));
  expect(await takeFirstWay('Temporal', [closed('PATH', 'not there'), open('download'), later], [])).toBe('download');
});

test('a way that fails is passed over', async () => {
  const refused = broken('download', new Error('getaddrinfo ENOTFOUND'));
  expect(await takeFirstWay('Temporal', [refused, open('go install')], [])).toBe('go install');
});

test('when every way is closed, the message names each with its reason and says what to do', async () => {
  const ways = [closed('temporal on PATH', 'not there'), broken('download', new Error('refused'))];
  const message = await takeFirstWay('Temporal', ways, ['Set TEMPORAL_ADDRESS.']).catch(String);
  expect(message).toContain('Temporal could not be obtained');
  expect(message).toContain('- temporal on PATH: not there');
  expect(message).toContain('- download: refused');
  expect(message).toContain('Set TEMPORAL_ADDRESS.');
});

test('a setting that is wrong ends the search instead of being passed over', async () => {
  const wrong = broken('MONGOD_BINARY', new Trouble('MONGOD_BINARY=/nope is not a program that can be run.'));
  await expect(takeFirstWay('MongoDB', [wrong, open('download')], [])).rejects.toThrow('MONGOD_BINARY=/nope');
});
