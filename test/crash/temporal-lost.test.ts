import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { checkInvariants } from './invariants.ts';
import { survives, whole } from './journal.ts';
import { type LastingHouse, openLastingHouse } from './lasting-house.ts';

const PEOPLE = whole ? 600 : 100;

let lasting: LastingHouse;
beforeAll(async () => {
  lasting = await openLastingHouse();
});
afterAll(() => lasting.remove());

survives(
  "everyone who waits when Temporal's data is lost goes on after a start, and gets each mail once",
  async (tell) => {
    const { folder, sink } = lasting;
    const journey = await lasting.untilAllWait(PEOPLE);
    expect(sink.ledger).toHaveLength(PEOPLE);

    await lasting.close();
    const lost = readdirSync(folder).filter((name) => name.startsWith('temporal.db'));
    expect(lost).toContain('temporal.db');
    for (const name of lost) rmSync(join(folder, name));
    await lasting.open();

    await lasting.until(PEOPLE, { journey, state: 'completed' });
    const findings = await checkInvariants({ models: lasting.engine().models, journey, ledger: sink.ledger });
    expect(findings).toMatchObject({ people: PEOPLE, sent: 2 * PEOPLE, unknown: 0 });
    tell(findings);
  },
);
