import { expect, vi } from 'vitest';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Drawing } from '#shared/journey.ts';
import { nanoid } from 'nanoid';
import { onClock } from '#shared/clock.ts';
import type { TestEngine } from './engine.ts';

/** Who fell out of a group comes to its end by the sweeper: a turn of it after ten seconds overdue. */
const COMPLETES_MS = 40_000;

/** What tests of journeys ask again and again about the people inside. */
export function travellersOf(engine: TestEngine) {
  const { enrollments, clocks, journeys } = engine.models;
  const row = async (id: string): Promise<Enrollment> => {
    const found = await enrollments.findById(id).lean<Enrollment>();
    if (!found) throw new Error(`There is no run ${id}.`);
    return found;
  };
  const until = (id: string, expected: object, withinMs = 20_000): Promise<unknown> =>
    vi.waitFor(async () => expect(await row(id)).toMatchObject(expected), withinMs);

  return {
    row,
    /** Waits until a run looks like this. */
    until,
    waits: (id: string) => until(id, { state: 'active', registered: true }),
    completes: (id: string) => until(id, { state: 'completed' }, COMPLETES_MS),
    /** Nodes and edges a run has passed. */
    way: async (id: string) => (await row(id)).path.map(({ node, edge }) => `${node}.${edge}`),
    rows: (journey: string) => enrollments.find({ journey }).sort({ enteredAt: 1, _id: 1 }).lean<Enrollment[]>(),
    /** Enters a contact by API; null where nobody entered. */
    enter: (journey: string, contact: string, idempotencyKey: string = nanoid()) =>
      engine.journeys.byHand.enter({ journey, contact, idempotencyKey }),
    /** The same, where somebody must. */
    async entered(journey: string, contact: string): Promise<string> {
      const id = await engine.journeys.byHand.enter({ journey, contact, idempotencyKey: nanoid() });
      if (id === null) throw new Error('Nobody entered.');
      return id;
    },
    /** Subjects of the mails a contact got, in order. */
    async mailsTo(contact: string): Promise<string[]> {
      const address = (await engine.models.contacts.findById(contact, { email: 1 }).lean())?.email ?? '';
      return engine.mails.filter(({ to }) => to.includes(address)).map(({ mail }) => mail.subject ?? '');
    },
    /** A clock that begins to run now. */
    async startClock(id: string, origin: Date, scale: number): Promise<() => Date> {
      const clock = { _id: id, origin, startedAt: new Date(), scale, scaledUntil: null };
      await clocks.create(clock);
      return () => onClock(clock, new Date());
    },
    /** Draws a journey anew and publishes it again. */
    async republish(journey: string, drawing: Drawing): Promise<void> {
      await journeys.updateOne({ _id: journey }, { $set: { drawing } });
      const publication = await engine.journeys.publish(journey, 'test');
      if (publication.kind !== 'published') throw new Error(JSON.stringify(publication));
    },
  };
}
