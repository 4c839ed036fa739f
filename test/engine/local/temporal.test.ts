import { expect, test } from 'vitest';
import { childEnv, readConfig } from '#engine/config.ts';
import type { Part } from '#engine/local/part.ts';
import { startTemporal } from '#engine/local/temporal.ts';
import { Trouble } from '#engine/local/trouble.ts';
import { createVoice } from '#engine/local/voice.ts';

const config = readConfig(childEnv({ TEMPORAL_ADDRESS: '', TEMPORAL_PORT: '0' }));

/** Starts Temporal by somebody whose first so many starts come to nothing. */
async function startedAfter(failures: number): Promise<{ address: string; starts: Part[] }> {
  const starts: Part[] = [];
  const supervisor = {
    async start(part: Part) {
      starts.push(part);
      if (starts.length <= failures) throw new Trouble('temporal ended before it served (exit code 2).', []);
    },
    stop: async () => {},
    pidOf: () => undefined,
  };
  const address = await startTemporal({ config, folder: '/tmp', supervisor, voice: createVoice(() => {}) });
  return { address, starts };
}

const portOf = ({ args }: Part) => args[args.indexOf('--port') + 1];

test('Temporal that lost a race for one of its ports is started again, by another port of its own', async () => {
  const { address, starts } = await startedAfter(2);
  expect(starts).toHaveLength(3);
  expect(new Set(starts.map(portOf)).size).toBe(3);
  expect(address).toBe(`127.0.0.1:${starts.map(portOf).at(-1)}`);
});

test('Temporal that cannot be started is told of', async () => {
  await expect(startedAfter(3)).rejects.toThrow('ended before it served');
});
