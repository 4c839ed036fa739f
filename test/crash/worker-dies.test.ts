import { afterAll, beforeAll, expect } from 'vitest';
import { setTimeout as pause } from 'node:timers/promises';
import type { CrashPoint } from '#engine/crash-points.ts';
import { crowdsOf, twoMails } from './crowds.ts';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { survives, whole } from './journal.ts';
import { replay } from './replay.ts';

const GROUP = whole ? 100 : 8;
/** Where a worker dies; `npm test` tries one point of each sort. */
const ALL: CrashPoint[] = [
  'claim-written',
  'connected',
  'recipient-taken',
  'gate-written',
  'half-sent',
  'dot-sent',
  'mail-accepted',
  'result-written',
  'half-moved',
  'wait-written',
];
const SHORT: CrashPoint[] = ['claim-written', 'gate-written', 'mail-accepted', 'half-moved'];
/** At which passing, so that some have passed before. */
const PASSINGS: Partial<Record<CrashPoint, number>> = {
  'claim-written': 2,
  connected: 3,
  'recipient-taken': 5,
  'gate-written': 5,
  'half-sent': 5,
  'dot-sent': 5,
  'mail-accepted': 5,
  'result-written': 5,
};

let house: CrashHouse;
let crowds: ReturnType<typeof crowdsOf>;
beforeAll(async () => {
  house = await openCrashHouse();
  crowds = crowdsOf(house);
  await Promise.all([house.start('server-1'), house.start('worker-2')]);
});
afterAll(() => house.close());

for (const point of whole ? ALL : SHORT) {
  survives(`a worker killed at ${point}`, async (tell) => {
    // A server that takes its time, so that the point after the dot comes before the answer.
    house.script.beforeReply = point === 'dot-sent' ? () => pause(200) : async () => {};
    await house.start('worker-1', `${point}:${PASSINGS[point] ?? 1}`);
    const journey = await crowds.publish(twoMails());
    const died = house.hands.gone('worker-1');
    let dead = false;
    void died.then(() => (dead = true));
    // Both workers ask for work; small groups go on coming until the armed one had enough of them.
    while (!dead) {
      await Promise.all([crowds.enter(journey, GROUP), crowds.enter(journey, GROUP)]);
      await Promise.race([died, pause(1_000)]);
    }
    await crowds.ended(journey);
    tell(await crowds.findings(journey));
  });
}

survives('every history of these runs replays with the workflows as they are', async () => {
  const { replayed, broken } = await replay(house.engine, whole ? 1_000 : 100);
  expect(replayed).toBeGreaterThan(0);
  expect(broken).toEqual([]);
});
