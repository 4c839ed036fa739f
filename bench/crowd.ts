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
const firstNames = ['Ada', 'Ben', 'Clara', 'David', 'Elif', 'Felix', 'Grace', 'Hugo', 'Ines', 'Jonas', 'Keiko'];
const lastNames = ['Adler', 'Brooks', 'Costa', 'Diaz', 'Evans', 'Fischer', 'Garcia', 'Hansen', 'Ito', 'Jansen'];

/**
 * Puts people who agreed to be mailed straight into the database, with rows as the product itself writes them.
 * @param ordering whether each has orders, spread over more than a year, three on average
 */
export async function insertCrowd(
  models: Models,
  { people, ordering }: { people: number; ordering: 'orders' | 'none' },
): Promise<void> {
  for (let from = 0; from < people; from += PAGE) {
    const page = Array.from({ length: Math.min(PAGE, people - from) }, (_, index) => member(from + index, ordering));
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

function member(
  number: number,
  ordering: 'orders' | 'none',
): { contact: Contact; identities: Identity[]; orders: Event[] } {
  const name = `person-${number}`;
  const id = `0crowd${String(number).padStart(12, '0')}`;
  const known: IdentityRef[] = [
    { kind: 'userId', value: name },
    { kind: 'email', value: `${name}@crowd.example` },
  ];
  const orders = ordering === 'none' ? [] : ordersOf(id, number);
  const tally = new Tally(defaultStageRules);
  for (const order of orders) tally.add(order);
  const fresh = freshContact(id, known, {
    profile: { firstName: firstNames[number % firstNames.length], lastName: lastNames[number % lastNames.length] },
    tags: [CROWD_TAG],
    consent: { state: 'given', at: new Date(), source: CROWD_TAG },
  });
  return {
    contact: { ...fresh, ...tally.projection(fresh) },
    identities: known.map(({ kind, value }) => ({ _id: identityKey(kind, value), kind, value, contact: id })),
    orders,
  };
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
