import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { nanoid } from 'nanoid';
import type { Enrollment } from '#shared/enrollment.ts';
import { openClient } from './client.ts';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { crowdsOf, twoMails } from './crowds.ts';
import { survives, whole } from './journal.ts';
import type { No } from './scene.ts';
import { turnstile } from './turnstile.ts';

/** People of each sort. */
const EACH = whole ? 20 : 3;

let house: CrashHouse;
let crowds: ReturnType<typeof crowdsOf>;
let client: Awaited<ReturnType<typeof openClient>>;
beforeAll(async () => {
  house = await openCrashHouse();
  crowds = crowdsOf(house);
  client = await openClient(house);
  await Promise.all([house.start('server-1'), house.start('worker-1'), house.start('worker-2')]);
});
afterAll(() => house.close());

type Person = { contact: string; userId: string; run: string };

async function everyone(journey: string, howMany: number): Promise<Person[]> {
  const userIds = Array.from({ length: howMany }, () => nanoid());
  const contacts = await crowds.agree(userIds);
  await crowds.enterThem(journey, contacts);
  const rows = await house.engine.models.enrollments.find({ journey }).lean<Enrollment[]>();
  const runs = new Map(rows.map(({ contact, _id }) => [contact, _id]));
  return contacts.map((contact, index) => ({
    contact,
    userId: userIds[index] ?? '',
    run: runs.get(contact) ?? '',
  }));
}

/** How each sort of people says no while their mail is queued; resolves when they have been answered. */
const ways: Record<string, (person: Person) => Promise<void>> = {
  unsubscribed: async ({ run }) => {
    const mail = house.sink.ledger.find(({ key }) => key === `${run}|first`);
    const link = /List-Unsubscribe:\s*<([^>]+)>/.exec(mail?.source ?? '')?.[1]?.replace(/\s/g, '') ?? '';
    const posted = await fetch(link, { method: 'POST', body: 'List-Unsubscribe=One-Click' });
    expect(posted.ok).toBe(true);
  },
  deleted: ({ contact }) => house.engine.contacts.remove(contact),
  goal: ({ userId }) => tells(userId, 'Bought'),
  rule: ({ userId }) => tells(userId, 'Complained'),
  manual: async ({ run }) => {
    expect(await house.engine.journeys.byHand.exit(run)).toBe(true);
  },
};

async function tells(userId: string, event: string): Promise<void> {
  const call = { messageId: nanoid(), userId, event };
  await client.untilTaken(call);
  const { events } = house.engine.models;
  while ((await events.countDocuments({ _id: call.messageId, dispatch: 'done' })) === 0) await pause(20);
}

/** Waits until everybody's second mail is claimed and the first of them stand before their gates. */
async function queued(journey: string, howMany: number): Promise<void> {
  const { deliveries } = house.engine.models;
  const claimed = { journey, step: 'second', state: 'claimed' } as const;
  while ((await deliveries.countDocuments(claimed)) < howMany) await pause(20);
}

survives('whoever says no while their mail is queued gets not one byte more', async (tell) => {
  const gate = turnstile(1);
  const within = { amount: 30, unit: 'day' } as const;
  const drawing = {
    ...twoMails(2),
    goal: { event: 'Bought', where: [], within, whenReached: 'leave' as const },
    exits: [{ event: 'Complained', where: [] }],
  };
  const [journey, paused, stopped] = await Promise.all([drawing, drawing, drawing].map(crowds.publish));
  if (journey === undefined || paused === undefined || stopped === undefined) throw new Error('not published');
  const sorts = [...Object.keys(ways), 'content'];
  const [people] = await Promise.all([
    everyone(journey, EACH * sorts.length),
    everyone(paused, EACH),
    everyone(stopped, EACH),
  ]);
  // The first mails are through once everybody waits.
  await crowds.until({ journey: { $in: [journey, paused, stopped] }, node: 'pause' }, people.length + 2 * EACH);
  house.script.beforeGate = gate.pass;
  await Promise.all([queued(journey, people.length), queued(paused, EACH), queued(stopped, EACH), gate.full]);

  const { states } = house.engine.journeys;
  const noes: No[] = [];
  const says = people.map(async (person, index) => {
    const way = ways[sorts[index % sorts.length] ?? ''];
    if (!way) return;
    await way(person);
    noes.push({ contact: person.contact, at: new Date() });
  });
  await Promise.all([...says, states.pause(paused, 'test'), states.stop(stopped, 'test')]);
  const hold: No = { journey: paused, at: new Date() };
  noes.push({ journey: stopped, at: new Date() });
  gate.seal();
  gate.letGo();
  await Promise.all([crowds.ended(journey), crowds.ended(stopped)]);
  hold.until = new Date();
  await states.resume(paused, 'test');
  await crowds.ended(paused);
  await crowds.eventsDone();

  for (const [id, seconds] of [
    [journey, EACH],
    [paused, EACH],
    [stopped, 0],
  ] as const) {
    const findings = await crowds.findings(id, { noes: [...noes, hold] });
    expect(findings.sent - findings.people).toBe(seconds);
    tell(findings);
  }
});
