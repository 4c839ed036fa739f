import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Duration } from '#shared/duration.ts';
import type { Drawing } from '#shared/journey.ts';
import { draw, says, step } from '../support/drawing.ts';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { crowdsOf } from './crowds.ts';
import { survives, whole } from './journal.ts';

const PEOPLE = whole ? 200 : 10;
/** An hour of the story a second. */
const SCALE = 3_600;
const AWAY_MS = 14_000;

let house: CrashHouse;
let crowds: ReturnType<typeof crowdsOf>;
beforeAll(async () => {
  house = await openCrashHouse();
  crowds = crowdsOf(house);
  const origin = new Date('2026-03-10T09:00:00Z');
  await house.engine.models.clocks.create({
    _id: 'story',
    origin,
    startedAt: new Date(),
    scale: SCALE,
    scaledUntil: null,
  });
  await Promise.all([house.start('server-1'), house.start('worker-1')]);
});
afterAll(() => house.close());

/** A wait, and a mail that may be so late. */
function waitAndSay(wait: Duration, lateness: Duration): Drawing {
  const message = { ...says('After a while'), lateness };
  return draw(
    [
      step('pause', 'wait', { until: { kind: 'after', duration: wait } }),
      step('mail', 'message', { message }),
      step('end', 'exit'),
    ],
    ['pause -> mail', 'mail -> end'],
  );
}

survives(
  'Temporal killed, and started again long after people were due: late steps follow their lateness rule',
  async (tell) => {
    const sixSeconds: Duration = { amount: 6, unit: 'second' };
    const eightHours: Duration = { amount: 8, unit: 'hour' };
    const story = { clock: 'story' };
    // On the story's clock its absence takes half a day.
    const cases = [
      { drawing: waitAndSay(sixSeconds, { amount: 24, unit: 'hour' }), seed: {}, sent: PEOPLE },
      { drawing: waitAndSay(sixSeconds, { amount: 2, unit: 'second' }), seed: {}, sent: 0 },
      { drawing: waitAndSay(eightHours, { amount: 7, unit: 'day' }), seed: story, sent: PEOPLE },
      { drawing: waitAndSay(eightHours, { amount: 4, unit: 'hour' }), seed: story, sent: 0 },
    ];
    const journeys = await Promise.all(cases.map(({ drawing }) => crowds.publish(drawing)));
    await Promise.all(journeys.map((journey, index) => crowds.enter(journey, PEOPLE, cases[index]?.seed)));
    await Promise.all(journeys.map((journey) => crowds.until({ journey, registered: true }, PEOPLE)));
    await house.hands.kill('temporal');
    await pause(8_000 + AWAY_MS);
    await house.hands.again('temporal');
    await Promise.all(journeys.map(crowds.ended));
    for (const [index, journey] of journeys.entries()) {
      const findings = await crowds.findings(journey);
      expect(findings, `journey ${index}`).toMatchObject({ people: PEOPLE, sent: cases[index]?.sent });
      const late = await house.engine.models.deliveries.countDocuments({ journey, state: 'skipped', reason: 'late' });
      expect(late).toBe(PEOPLE - (cases[index]?.sent ?? 0));
      tell(findings);
    }
  },
);

survives("Temporal's data directory deleted while people wait", async (tell) => {
  const journey = await crowds.publish(waitAndSay({ amount: 8, unit: 'second' }, { amount: 24, unit: 'hour' }));
  await crowds.enter(journey, PEOPLE);
  await crowds.until({ journey, registered: true }, PEOPLE);
  await house.forgetTemporal();
  await crowds.ended(journey);
  const findings = await crowds.findings(journey);
  expect(findings).toMatchObject({ people: PEOPLE, sent: PEOPLE, unknown: 0 });
  tell(findings);
});
