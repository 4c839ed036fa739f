import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { crowdsOf, twoMails } from './crowds.ts';
import { survives, whole } from './journal.ts';

const PEOPLE = whole ? 200 : 20;
const AWAY_MS = 1_500;

let house: CrashHouse;
let crowds: ReturnType<typeof crowdsOf>;
beforeAll(async () => {
  house = await openCrashHouse();
  crowds = crowdsOf(house);
  await Promise.all([house.start('server-1'), house.start('worker-1')]);
});
afterAll(() => house.close());

/**
 * Kills the database once, at the fifth conversation that comes here, and starts it again a little later. Conversations
 * wait until everybody has entered, so that the database dies to the workers alone.
 */
function killer() {
  let passed = 0;
  const entered = Promise.withResolvers<void>();
  const back = Promise.withResolvers<void>();
  return {
    entered: entered.resolve,
    back: back.promise,
    async pass(): Promise<void> {
      await entered.promise;
      passed += 1;
      if (passed !== 5) return;
      await house.hands.kill('mongodb');
      void pause(AWAY_MS)
        .then(() => house.hands.again('mongodb'))
        .then(back.resolve, back.reject);
    },
  };
}

const moments = { 'mails are at the gate': 'beforeGate', 'results of mails are to be written': 'beforeReply' } as const;
for (const [moment, hook] of Object.entries(moments)) {
  survives(`MongoDB killed while ${moment}`, async (tell) => {
    const killing = killer();
    const journey = await crowds.publish(twoMails());
    house.script[hook] = killing.pass;
    await crowds.enter(journey, PEOPLE);
    killing.entered();
    await killing.back;
    await crowds.ended(journey);
    delete house.script[hook];
    const findings = await crowds.findings(journey);
    expect(findings).toMatchObject({ sent: 2 * PEOPLE, unknown: 0 });
    tell(findings);
  });
}
