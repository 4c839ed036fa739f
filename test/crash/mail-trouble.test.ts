import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Enrollment } from '#shared/enrollment.ts';
import { addCodes } from '#engine/coupons/pool.ts';
import { draw, says, step } from '../support/drawing.ts';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { crowdsOf, twoMails } from './crowds.ts';
import { survives, whole } from './journal.ts';

const PEOPLE = whole ? 200 : 12;

let house: CrashHouse;
let crowds: ReturnType<typeof crowdsOf>;
beforeAll(async () => {
  house = await openCrashHouse();
  crowds = crowdsOf(house);
  await Promise.all([house.start('server-1'), house.start('worker-1')]);
});
afterEach(() => {
  delete house.script.body;
  delete house.script.dot;
});
afterAll(() => house.close());

survives('the connection cut in the body: unknown, and never sent again', async (tell) => {
  let bodies = 0;
  house.script.body = () => (++bodies % 4 === 0 ? 'hangUp' : undefined);
  const journey = await crowds.publish(twoMails());
  await crowds.enter(journey, PEOPLE);
  await crowds.ended(journey);
  const findings = await crowds.findings(journey);
  expect(findings).toMatchObject({ unknown: PEOPLE / 2, sent: 1.5 * PEOPLE, ledger: 1.5 * PEOPLE });
  tell(findings);
});

if (whole) {
  survives(
    'no reply after the dot: unknown, and never sent again',
    async (tell) => {
      let mails = 0;
      house.script.dot = () => (++mails % 50 === 0 ? 'silence' : undefined);
      const journey = await crowds.publish(twoMails());
      await crowds.enter(journey, PEOPLE);
      await crowds.ended(journey);
      const findings = await crowds.findings(journey);
      expect(findings).toMatchObject({ sent: 2 * PEOPLE - findings.unknown, ledger: 2 * PEOPLE });
      expect(findings.unknown).toBeGreaterThan(0);
      tell(findings);
    },
    300_000,
  );
}

survives(
  'a step that always fails: parked with the reason, retried and skipped by hand, and the others go on',
  async (tell) => {
    const { models, journeys } = house.engine;
    const pool = 'short';
    await models.couponPools.create({ _id: pool, name: 'Short', createdAt: new Date() });
    const codes = Array.from({ length: PEOPLE - 2 }, (_, index) => `CODE-${index}`);
    await addCodes(models, pool, codes);
    const journey = await crowds.publish(
      draw(
        [
          step('gift', 'coupon', { codes: { kind: 'pool', pool }, message: says('Your gift') }),
          step('thanks', 'message', { message: says('Thanks') }),
          step('end', 'exit'),
        ],
        ['gift.redeemed -> thanks', 'gift.expired -> end', 'thanks -> end'],
      ),
    );
    await crowds.enter(journey, PEOPLE);
    await crowds.until({ journey, state: 'failed' }, 2);
    await crowds.until({ journey, node: 'gift.redemption', registered: true }, PEOPLE - 2);
    const [first, second] = await models.enrollments.find({ journey, state: 'failed' }).lean<Enrollment[]>();
    expect([first?.ending, second?.ending]).toEqual(Array(2).fill({ kind: 'failed', code: 'emptyPool' }));

    expect(await journeys.byHand.skip(second?._id ?? '', 'redeemed')).toBe(true);
    await addCodes(models, pool, ['LATE-CODE']);
    expect(await journeys.byHand.retry(first?._id ?? '')).toBe(true);
    await crowds.until({ _id: first?._id, node: 'gift.redemption', registered: true }, 1);
    await crowds.until({ _id: second?._id, state: 'completed' }, 1);
    const findings = await crowds.findings(journey);
    expect(findings).toMatchObject({ people: PEOPLE, sent: PEOPLE, ledger: PEOPLE, unknown: 0 });
    tell(findings);
  },
);
