import { nanoid } from 'nanoid';
import { nativeOf } from '#engine/models/native.ts';
import { took } from '../clocked.ts';
import { crowdMember, crowdName, insertCrowd } from '../crowd.ts';
import { cut, type Figures, rounded, type Sizes } from '../figures.ts';
import { atPlace, type Place } from '../place.ts';

const PEOPLE = 5_000;
const SINGLE_EVENTS = 5_000;
const BATCHED_EVENTS = 50_000;
const EVENTS_A_BATCH = 100;
const INSERTED_ROWS = 50_000;
const CONNECTIONS = 16;

/** Events a second until they are durable, by calls of one and of a hundred, and the rows a second that the database itself inserts in hundreds. */
export async function ingest(sizes: Sizes): Promise<Figures> {
  return atPlace(async (place) => {
    const first = place.numbers(PEOPLE);
    await insertCrowd(place.engine.models, { people: PEOPLE, ordering: 'none', first });
    const rows = cut(sizes, INSERTED_ROWS, 1_000);
    const inserting = await took(() => insertRows(place, rows));
    const call = (turn: number) => ({
      type: 'track',
      event: 'Product Viewed',
      userId: crowdName(first + ((turn * 7_919) % PEOPLE)),
      messageId: nanoid(),
      properties: { sku: `sku-${turn % 500}`, price: 12.5 },
    });
    const single = async (count: number) =>
      atOnce(count, (turn) => place.tracking.ask('POST', '/v1/track', call(turn)));
    const batch = async (count: number) =>
      atOnce(count / EVENTS_A_BATCH, (turn) => {
        const calls = Array.from({ length: EVENTS_A_BATCH }, (_, index) => call(turn * EVENTS_A_BATCH + index));
        return place.tracking.ask('POST', '/v1/batch', { batch: calls });
      });
    await single(300);
    const singles = cut(sizes, SINGLE_EVENTS, 500);
    const singleMs = await took(() => single(singles));
    const batched = cut(sizes, BATCHED_EVENTS / EVENTS_A_BATCH, 20) * EVENTS_A_BATCH;
    const batchMs = await took(() => batch(batched));
    return {
      ingest_single: rounded((singles * 1_000) / singleMs),
      ingest_batch: rounded((batched * 1_000) / batchMs),
      insert_rate: rounded((rows * 1_000) / inserting),
    };
  });
}

/** The work of so many turns, over as many connections as a busy shop uses. */
async function atOnce(turns: number, work: (turn: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const carry = async () => {
    while (next < turns) await retried(() => work(next++));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, carry));
}

/** A call that is put off comes again, as a client's does. */
async function retried(work: () => Promise<unknown>): Promise<void> {
  await work().catch(async (error: unknown) => {
    if (!(error instanceof Error) || !error.message.includes(': 429 ')) throw error;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await retried(work);
  });
}

/** Events as the product stores them, straight into their collection with its indexes. */
async function insertRows({ engine: { models } }: Place, rows: number): Promise<void> {
  const collection = nativeOf(models.events);
  const [sample] = crowdMember(0, { ordering: 'orders', tag: 'rows' }).orders;
  if (!sample) throw new Error('A crowd member without an order.');
  for (let from = 0; from < rows; from += EVENTS_A_BATCH) {
    const page = Array.from({ length: EVENTS_A_BATCH }, (_, index) => ({ ...sample, _id: `row-${from + index}` }));
    await collection.insertMany(page, { ordered: false });
  }
}
