import { nanoid } from 'nanoid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walkPage } from '#engine/activities/walk-page.ts';
import { byStepsOf, hour, waiting } from '../support/by-steps.ts';
import { draw, says, step } from '../support/drawing.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { travellersOf } from '../support/travellers.ts';

let engine: TestEngine;
let travellers: ReturnType<typeof travellersOf>;
beforeAll(async () => {
  engine = await openEngine();
  travellers = travellersOf(engine);
});
afterAll(() => engine.close());

const after = (amount: number) => ({ kind: 'after', duration: { amount, unit: 'second' } }) as const;
const mailAndWait = (subject: string) =>
  draw(
    [
      step('mail', 'message', { message: says(subject) }),
      step('pause', 'wait', { until: after(4) }),
      step('end', 'exit'),
    ],
    ['mail -> pause', 'pause -> end'],
  );

describe('two contacts who turn out to be one', () => {
  it('and are both inside leave one run; the other exits as merged', async () => {
    const journey = await engine.publish(mailAndWait('Hello both'));
    const older = await engine.contact();
    const younger = await engine.contact();
    const [first, second] = [await travellers.entered(journey, older), await travellers.entered(journey, younger)];
    await Promise.all([travellers.waits(first), travellers.waits(second)]);
    await engine.contacts.merge(younger, older);
    expect(await travellers.row(second)).toMatchObject({
      state: 'exited',
      ending: { reason: 'merged' },
      contact: older,
      slot: second,
    });
    await travellers.completes(first);
    expect(await travellers.enter(journey, older)).toBeNull();
  });

  it('while one is on the way to a wait leave it at once by what the survivor does', async () => {
    const steps = byStepsOf(engine);
    const drawn = [
      step('mail', 'message', { message: says('To both') }),
      step('await', 'wait-for-event', { until: hour }),
      step('end', 'exit'),
    ];
    const edges = ['mail -> await', 'await.happened -> end', 'await.timedOut -> end'];
    const journey = await engine.publish(draw(drawn, edges));
    const [older, younger] = [await engine.contact(), await engine.contact()];
    const id = await steps.enterQuietly(journey, younger);
    const { plan, group, node } = await travellers.row(id);
    const send: typeof engine.walk.deliveries.send = async (batch) => {
      const results = await engine.walk.deliveries.send(batch);
      await engine.contacts.merge(younger, older);
      await engine.happen(older, 'Order Completed');
      return results;
    };
    const deps = { ...engine.walk, deliveries: { ...engine.walk.deliveries, send } };
    const batch = { plan, key: group ?? '', node, ids: [id], at: new Date().toISOString() };
    await walkPage(deps, batch, { id: nanoid(), token: nanoid() });
    expect(await travellers.way(id)).toEqual(['mail.next', 'await.happened', 'end.end']);
  });

  it('leave a wait at once by what the other has done already', async () => {
    const journey = await engine.publish(waiting());
    const [older, younger] = [await engine.contact(), await engine.contact()];
    const id = await travellers.entered(journey, older);
    await travellers.waits(id);
    await engine.happen(younger, 'Order Completed');
    await engine.contacts.merge(younger, older);
    await travellers.completes(id);
    expect(await travellers.way(id)).toEqual(['await.happened', 'end.end']);
  });

  it('and of whom only the younger is inside go on in that run as the older', async () => {
    const journey = await engine.publish(
      draw(
        [
          step('pause', 'wait', { until: after(4) }),
          step('mail', 'message', { message: says('To the older') }),
          step('end', 'exit'),
        ],
        ['pause -> mail', 'mail -> end'],
      ),
    );
    const older = await engine.contact();
    const younger = await engine.contact();
    const id = await travellers.entered(journey, younger);
    await travellers.waits(id);
    await engine.contacts.merge(younger, older);
    expect(await travellers.enter(journey, older)).toBeNull();
    await travellers.completes(id);
    expect(await travellers.row(id)).toMatchObject({ contact: older });
    expect(await travellers.mailsTo(older)).toEqual(['To the older']);
  });
});
