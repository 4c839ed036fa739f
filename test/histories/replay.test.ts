import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { stepDefinitions } from '#shared/steps/index.ts';
import { bundleWorkflows } from '#engine/temporal/worker.ts';
import { readHistories, readRaw } from '../support/histories.ts';

describe('recorded histories', () => {
  const histories = readHistories();
  const bundle = bundleWorkflows();

  it('there is one of each step kind', () => {
    expect([...histories.keys()]).toEqual(expect.arrayContaining(Object.keys(stepDefinitions)));
  });

  it('none names a person', () => {
    // The people of these stories live at example.com, and one is called Ada.
    for (const name of histories.keys()) expect(readRaw(name)).not.toMatch(/example\.com|\bAda\b/);
  });

  for (const [name, history] of histories) {
    it(`${name} replays with the workflows as they are`, async () => {
      await expect(Worker.runReplayHistory({ workflowBundle: await bundle }, history, name)).resolves.toBeUndefined();
    });
  }
});
