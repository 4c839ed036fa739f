import { type Clock, SAMPLE_CLOCK } from '#shared/clock.ts';
import type { Event } from '#shared/event.ts';
import { silentBuyers, silentBuyersName, silentBuyersSegment } from '#shared/templates/silent-buyers.ts';
import type { Base } from '../base.ts';
import type { Contacts } from '../contacts/contacts.ts';
import { createJourney } from '../journeys/create-journey.ts';
import { insertNew } from '../models/insert-new.ts';
import type { StoredSample } from '../models/workspace.ts';
import { indexEventsOf } from '../segments/event-index.ts';
import type { Members } from '../segments/members.ts';
import { orderEvent } from './order-event.ts';
import { moved, sampleOrders, type SampleOrder, STORY_DAY } from './sample-orders.ts';
import { sampleAddress, samplePerson } from './sample-people.ts';

const SOURCE = 'Sample shop';
const PAGE_PEOPLE = 250;
/** A day every ten seconds. */
const FAST_SCALE = 8_640;

export type LoadDeps = {
  base: Base;
  contacts: Pick<Contacts, 'upsertAll' | 'project'>;
  members: Pick<Members, 'absorb'>;
};

/** Loads what is still missing: people with their orders so far, the segment, the journey. A kill costs a page. */
export async function loadSample(deps: LoadDeps, sample: StoredSample): Promise<void> {
  const { models } = deps.base;
  await indexEventsOf(deps.base, silentBuyersSegment.condition);
  await insertNew(models.clocks, [await clockOf(sample)]);
  const byCustomer = [...Map.groupBy(await sampleOrders(), ({ customer }) => customer)].toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  );
  for (let start = sample.loaded; start < byCustomer.length; start += PAGE_PEOPLE) {
    const page = byCustomer.slice(start, start + PAGE_PEOPLE);
    await loadPeople(deps, sample, page);
    const loaded = Math.min(start + PAGE_PEOPLE, byCustomer.length);
    const filter = { _id: SAMPLE_CLOCK, state: 'loading' as const };
    const { matchedCount } = await models.samples.updateOne(filter, { $set: { loaded, touchedAt: new Date() } });
    if (matchedCount === 0) return;
  }
  const journey = await sampleJourney(deps.base);
  await models.samples.updateOne({ _id: SAMPLE_CLOCK, state: 'loading' }, { $set: { state: 'ready', journey } });
}

/** Stands at today until the first publication, and falls back to real time after the last order. */
async function clockOf({ pace, shiftDays }: StoredSample): Promise<Clock> {
  const last = (await sampleOrders()).at(-1)?.at ?? STORY_DAY;
  return {
    _id: SAMPLE_CLOCK,
    origin: moved(STORY_DAY, shiftDays),
    startedAt: null,
    scale: pace === 'fast' ? FAST_SCALE : 1,
    scaledUntil: moved(last, shiftDays),
  };
}

async function loadPeople(
  { base: { models }, contacts, members }: LoadDeps,
  { shiftDays }: StoredSample,
  page: readonly [string, SampleOrder[]][],
): Promise<void> {
  const sought = page.map(([customer, orders]) => {
    const at = moved(orders[0]?.at ?? STORY_DAY, shiftDays);
    return {
      identities: [{ kind: 'email' as const, value: sampleAddress(customer) }],
      seed: {
        clock: SAMPLE_CLOCK,
        profile: samplePerson(customer),
        tags: [SAMPLE_CLOCK],
        source: { name: SOURCE, detail: {}, at },
        consent: { state: 'given' as const, at, source: SOURCE },
      },
    };
  });
  const people = await contacts.upsertAll(sought);
  const events = page.flatMap(([, orders], index): Event[] => {
    const contact = people[index]?.contact;
    const history = orders.filter(({ at }) => at <= STORY_DAY);
    return contact === undefined ? [] : history.map((order) => historic(order, shiftDays, contact));
  });
  await insertNew(models.events, events);
  const ids = people.map(({ contact }) => contact);
  await contacts.project(ids);
  await members.absorb(ids);
}

function historic(order: SampleOrder, shiftDays: number, contact: string): Event {
  const { id, ...event } = orderEvent(order, { shiftDays, contact, coupon: null });
  return {
    ...event,
    _id: id,
    kind: 'track',
    receivedAt: new Date(),
    history: true,
    source: SOURCE,
    dispatch: 'done',
    attempts: 0,
    reason: null,
  };
}

/** The worked example, ready to publish; the one that is there already after a kill. */
async function sampleJourney({ models }: Base): Promise<string> {
  const segment = await models.segments.findOne({ sample: true }).lean<{ _id: string }>();
  const _id = segment?._id ?? 'sample-silent-buyers';
  const now = new Date();
  await insertNew(models.segments, [{ _id, ...silentBuyersSegment, createdAt: now, updatedAt: now, sample: true }]);
  const journey = await models.journeys.findOne({ sample: true }).lean<{ _id: string }>();
  if (journey) return journey._id;
  const beginning = { name: silentBuyersName, drawing: silentBuyers(_id), actor: SOURCE, sample: true };
  return (await createJourney(models, beginning))._id;
}
