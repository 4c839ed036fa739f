import { nanoid } from 'nanoid';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Drawing } from '#shared/journey.ts';
import { gather } from '#engine/activities/gather.ts';
import { draw, says, step } from '../support/drawing.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { travellersOf } from '../support/travellers.ts';
import { walkOne } from '../support/walk-one.ts';
import { checkInvariants } from './invariants.ts';
import { survives } from './journal.ts';

/** What stands between a group's last look and its end, for the group that is asked about. */
let closing: { group: string; reached(): void; letGo: Promise<void> } | null = null;

let engine: TestEngine;
let travellers: ReturnType<typeof travellersOf>;
beforeAll(async () => {
  engine = await openEngine({
    around: (activities) => ({
      ...activities,
      async gather(group) {
        const found = await activities.gather(group);
        if (closing === null || closing.group !== group.key || found.pages.length > 0) return found;
        closing.reached();
        await closing.letGo;
        return found;
      },
    }),
  });
  travellers = travellersOf(engine);
});
afterAll(() => engine.close());

/** A wait for an order, and a mail either way. */
function awaiting(seconds: number): Drawing {
  return draw(
    [
      step('await', 'wait-for-event', { until: { kind: 'after', duration: { amount: seconds, unit: 'second' } } }),
      step('thanks', 'message', { message: says('Thanks') }),
      step('reminder', 'message', { message: says('Reminder') }),
      step('end', 'exit'),
    ],
    ['await.happened -> thanks', 'await.timedOut -> reminder', 'thanks -> end', 'reminder -> end'],
  );
}

/** The engine's mail server keeps whole mails; the ledger is read from their headers. */
const ledger = () =>
  engine.mails.map(({ to, mail }) => {
    const key = mail.headers.find((header) => header.key === 'x-pasture-key')?.value ?? '';
    return { to: to[0] ?? '', key, messageId: mail.messageId ?? '', dataAt: new Date() };
  });
const findings = (journey: string) => checkInvariants({ models: engine.models, journey, ledger: ledger() });

survives("an event landing between a group's gather and its batch", async (tell) => {
  const journey = await engine.publish(awaiting(3_600));
  const contacts = await Promise.all([engine.contact(), engine.contact()]);
  const ids = await Promise.all(contacts.map((contact) => travellers.entered(journey, contact)));
  await Promise.all(ids.map(travellers.waits));
  // Their wait is over; the batch is called here as Temporal would call it.
  const due = new Date();
  const key = `${journey}/v1/due`;
  await engine.models.enrollments.updateMany(
    { journey },
    { $set: { due, until: new Date(due.getTime() + 3_000), group: key } },
  );
  const { pages } = await gather(engine.walk, { plan: `${journey}/v1`, key, last: '' });
  expect(pages).toEqual([{ node: 'await', ids: ids.toSorted() }]);
  await engine.happen(contacts[0] ?? '', 'Order Completed');
  const batch = { plan: `${journey}/v1`, key, node: 'await', ids, at: new Date(due.getTime() + 3_000).toISOString() };
  const walked = await walkOne(engine.walk, batch, { id: nanoid(), token: nanoid() });
  expect(walked).toEqual({ timedOut: [ids[1]] });
  await engine.journeys.starter.group({ plan: `${journey}/v1`, key }, { queue: 'live' });
  await Promise.all(ids.map(travellers.completes));
  expect(await travellers.way(ids[0] ?? '')).toEqual(['await.happened', 'thanks.next', 'end.end']);
  expect(await travellers.way(ids[1] ?? '')).toEqual(['await.timedOut', 'reminder.next', 'end.end']);
  tell(await findings(journey));
});

survives('a latecomer to a group that is closing', async (tell) => {
  const journey = await engine.publish(awaiting(7));
  const [early, late] = await Promise.all([engine.contact(), engine.contact()]);
  const first = await travellers.entered(journey, early);
  await travellers.waits(first);
  const { group, due, until } = await travellers.row(first);
  const [reached, letGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  closing = { group: group ?? '', reached: reached.resolve, letGo: letGo.promise };
  await reached.promise;

  // A slow batch brings another for the same moment, after the group's last look; its start joins the run that is ending.
  const second = await travellers.entered(journey, late);
  await travellers.waits(second);
  // Long overdue already, so that nobody has to wait here for the sweep that brings them on.
  const asSlow: Partial<Enrollment> = { group, due: due && new Date(due.getTime() - 11_000), until };
  await engine.models.enrollments.updateOne({ _id: second }, { $set: asSlow });
  await engine.journeys.starter.group({ plan: `${journey}/v1`, key: group ?? '' }, { queue: 'bulk' });
  closing = null;
  letGo.resolve();
  await travellers.completes(first);
  // The sweep's start may join the ending run as well; the next one then brings the latecomer on.
  await vi.waitFor(
    async () => {
      await engine.journeys.sweeper.sweep();
      expect(await travellers.row(second)).toMatchObject({ state: 'completed' });
    },
    { timeout: 40_000, interval: 1_000 },
  );
  expect(await travellers.mailsTo(late)).toEqual(['Reminder']);
  tell(await findings(journey));
});
