import { insertCrowd } from '../crowd.ts';
import { cut, type Figures, rounded, type Sizes } from '../figures.ts';
import { letterOn, oneLetter } from '../one-letter.ts';
import { atPlace, type Place } from '../place.ts';
import { allAtOnce, type Heard, listenTo, percentile, steadily } from '../reaction.ts';
import { until } from '../until.ts';

const TRIGGER = 'Basket Left';
const SLOW = { perSecond: 5, seconds: 60 };
const FAST = { perSecond: 50, seconds: 30 };
const BURST = 5_000;
const BULK_MAILS = 100_000;
/** How long events are sent beside the bulk mailing. */
const BULK_SECONDS = 60;
const WARMING = 60;

/**
 * From an event's HTTP call to the mail it leads to, accepted by the sink: at five and at fifty a second, in a burst, and
 * at five a second while a large audience is being mailed. Every event is another contact's.
 */
export async function events(sizes: Sizes): Promise<Figures> {
  return atPlace(async (place) => {
    await place.engine.publish('reaction', letterOn(TRIGGER));
    const people = peopleOf(place, sizes);
    await insertCrowd(place.engine.models, { ...people.all, ordering: 'none', tag: 'visitor' });
    const heard: Heard[] = [];
    const hear = async (listening: Promise<Heard>) => {
      const found = await listening;
      heard.push(found);
      return found;
    };
    const pace = (first: number, count: number, perSecond: number) =>
      hear(listenTo(place, () => steadily(place.tracking, { event: TRIGGER, first, count, perSecond })));
    await pace(people.warming.first, people.warming.count, 20);
    const slow = await pace(people.slow.first, people.slow.count, SLOW.perSecond);
    const fast = await pace(people.fast.first, people.fast.count, FAST.perSecond);
    const burst = await hear(listenTo(place, () => allAtOnce(place.tracking, { event: TRIGGER, ...people.burst })));
    const bulk = await hear(besideBulk(place, cut(sizes, BULK_MAILS), people.bulk));
    return {
      event_p50_ms: rounded(percentile(slow.latenciesMs, 0.5)),
      event_p99_ms: rounded(percentile(slow.latenciesMs, 0.99)),
      event50_p50_ms: rounded(percentile(fast.latenciesMs, 0.5)),
      event50_p99_ms: rounded(percentile(fast.latenciesMs, 0.99)),
      burst_events: people.burst.count,
      burst_s: rounded(burst.seconds),
      burst_put_off: burst.putOff,
      event_bulk_p50_ms: rounded(percentile(bulk.latenciesMs, 0.5)),
      event_bulk_p95_ms: rounded(percentile(bulk.latenciesMs, 0.95)),
      event_bulk_events: bulk.latenciesMs.length,
      lost: heard.reduce((sum, { lost }) => sum + lost, 0),
      event_doubled: heard.reduce((sum, { doubled }) => sum + doubled, 0),
    };
  });
}

type Stretch = { first: number; count: number };
type Visitors = Record<'warming' | 'slow' | 'fast' | 'burst' | 'bulk', Stretch>;

/** Which of the crowd send their event when, and who they are all together. */
function peopleOf({ numbers }: Place, sizes: Sizes): Visitors & { all: { first: number; people: number } } {
  const stretch = (count: number): Stretch => ({ first: numbers(count), count });
  const warming = stretch(WARMING);
  const slow = stretch(SLOW.perSecond * cut(sizes, SLOW.seconds, 8));
  const fast = stretch(FAST.perSecond * cut(sizes, FAST.seconds, 4));
  const burst = stretch(cut(sizes, BURST, 100));
  const bulk = stretch(SLOW.perSecond * BULK_SECONDS);
  const all = { first: warming.first, people: bulk.first + bulk.count - warming.first };
  return { warming, slow, fast, burst, bulk, all };
}

/** Sends events while a large audience is being mailed, from its first mail until the last or for a minute. */
async function besideBulk(place: Place, mails: number, { first, count }: Stretch): Promise<Heard> {
  const { engine, sink, tracking, numbers } = place;
  await insertCrowd(engine.models, { people: mails, ordering: 'none', first: numbers(mails), tag: 'bulk' });
  await engine.addSegment('bulk', { kind: 'tag', tag: 'bulk', has: true });
  const { mails: before } = await sink.tally();
  await engine.publish('bulk', oneLetter('bulk'));
  const mailed = async (least: number) => ((await sink.tally()).mails - before >= least ? true : null);
  await until('the first mails of the bulk', { seconds: 120 }, () => mailed(100));
  return listenTo(place, () =>
    steadily(tracking, {
      event: TRIGGER,
      first,
      count,
      perSecond: SLOW.perSecond,
      goesOn: async () => (await mailed(mails * 0.95)) === null,
    }),
  );
}
