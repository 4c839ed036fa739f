import { freshContact } from '#engine/contacts/fresh.ts';
import { Tally } from '#engine/contacts/summarise.ts';
import type { Models } from '#engine/models/index.ts';
import { nativeOf } from '#engine/models/native.ts';
import type { Contact } from '#shared/contact.ts';
import { DAY_MS } from '#shared/duration.ts';
import { type Event, ORDER_COMPLETED } from '#shared/event.ts';
import { type Identity, identityKey, type IdentityRef } from '#shared/identity.ts';
import { defaultStageRules } from '#shared/stage.ts';

/** The tag that everyone in a crowd bears. */
export const CROWD_TAG = 'crowd';

const PAGE = 1_000;
/** How many orders people have, in turn: three on average, and two of five bought exactly once. */
const ORDERS = [1, 1, 4, 4, 5];
const LONGEST_AGO_DAYS = 400;
/** How many points people have: half of them less than half of this. */
export const MOST_POINTS = 1_000;
const cities = ['Lyon', 'Graz', 'Porto', 'Ghent', 'Turku', 'Bergen', 'Utrecht', 'Brno'];
const favourites = ['boots', 'lamps', 'teapots', 'chairs', 'blankets', 'knives', 'baskets'];
const firstNames = ['Ada', 'Ben', 'Clara', 'David', 'Elif', 'Felix', 'Grace', 'Hugo', 'Ines', 'Jonas', 'Keiko'];
const lastNames = ['Adler', 'Brooks', 'Costa', 'Diaz', 'Evans', 'Fischer', 'Garcia', 'Hansen', 'Ito', 'Jansen'];

/** Who is put in: how many, from which number on, under which tag; with orders spread over more than a year, three on average, or none. */
export type Crowd = { people: number; ordering: 'orders' | 'none'; first?: number; tag?: string };

/** Puts people who agreed to be mailed straight into the database, with rows as the product itself writes them. */
export async function insertCrowd(models: Models, crowd: Crowd): Promise<void> {
  const { people, ordering, first = 0, tag = CROWD_TAG } = crowd;
  for (let from = 0; from < people; from += PAGE) {
    const page = Array.from({ length: Math.min(PAGE, people - from) }, (_, index) =>
      crowdMember(first + from + index, { ordering, tag }),
    );
    await nativeOf(models.identities).insertMany(
      page.flatMap(({ identities }) => identities),
      { ordered: false },
    );
    await nativeOf(models.contacts).insertMany(
      page.map(({ contact }) => contact),
      { ordered: false },
    );
    const orders = page.flatMap((one) => one.orders);
    if (orders.length > 0) await nativeOf(models.events).insertMany(orders, { ordered: false });
  }
}

/** One of a crowd, by number. */
export function crowdMember(
  number: number,
  { ordering, tag }: { ordering: 'orders' | 'none'; tag: string },
): { contact: Contact; identities: Identity[]; orders: Event[] } {
  const name = crowdName(number);
  const id = `0crowd${String(number).padStart(12, '0')}`;
  const known: IdentityRef[] = [
    { kind: 'userId', value: name },
    { kind: 'email', value: `${name}@crowd.example` },
  ];
  const orders = ordering === 'none' ? [] : ordersOf(id, number);
  const tally = new Tally(defaultStageRules);
  for (const order of orders) tally.add(order);
  const fresh = freshContact(id, known, {
    profile: {
      firstName: firstNames[number % firstNames.length],
      lastName: lastNames[number % lastNames.length],
      city: cities[number % cities.length],
      favourite: favourites[number % favourites.length],
      points: number % MOST_POINTS,
    },
    tags: [tag],
    consent: { state: 'given', at: new Date(), source: CROWD_TAG },
  });
  return {
    contact: { ...fresh, ...tally.projection(fresh) },
    identities: known.map(({ kind, value }) => ({ _id: identityKey(kind, value), kind, value, contact: id })),
    orders,
  };
}

/** By what name events know the so-manieth of a crowd; the address is this at crowd.example. */
export function crowdName(number: number): string {
  return `person-${number}`;
}

function ordersOf(contact: string, number: number): Event[] {
  const receivedAt = new Date();
  return Array.from({ length: ORDERS[number % ORDERS.length] ?? 1 }, (_, index) => {
    const daysAgo = ((number * 37 + index * 101) % LONGEST_AGO_DAYS) + (number % 1_000) / 1_000;
    return {
      _id: `${contact}-${index}`,
      kind: 'track',
      name: ORDER_COMPLETED,
      contact,
      at: new Date(receivedAt.getTime() - daysAgo * DAY_MS),
      receivedAt,
      properties: { order_id: `${number}-${index}` },
      value: { minor: 1_000 + (number % 9_000), currency: 'USD' },
      history: true,
      source: CROWD_TAG,
      dispatch: 'done',
      attempts: 0,
      reason: null,
    };
  });
}
