import { silentBuyersSegment } from '#shared/templates/silent-buyers.ts';
import { atPace, repeated, type Timings, took } from '../clocked.ts';
import { CROWD_TAG, insertCrowd } from '../crowd.ts';
import { cut, type Figures, rounded, type Sizes } from '../figures.ts';
import { atPlace, type Place } from '../place.ts';
import { twoMails } from '../two-mails.ts';
import { watchRun } from '../watch-run.ts';

const PEOPLE = 100_000;
const LISTS_PER_SECOND = 4;
const TRACKS_PER_SECOND = 20;
const WAIT_SECONDS = 30;

/** How soon lists, counts and calls answer with 100,000 contacts of 300,000 orders: at rest, and while a journey is published to all of them. */
export async function scale(sizes: Sizes): Promise<Figures> {
  const people = cut(sizes, PEOPLE, 1_000);
  return atPlace(async (place) => ({
    scale_people: people,
    ...(await atRest(place, people)),
    ...(await underWay(place, people)),
  }));
}

/** What is looked at while nothing else happens. */
async function atRest({ engine: { models }, api }: Place, people: number): Promise<Figures> {
  await insertCrowd(models, { people, ordering: 'orders' });
  const segmentMs = await took(() => api.ask('POST', '/api/segments', silentBuyersSegment));
  const { condition } = silentBuyersSegment;
  const asOf = new Date(Date.now() - 40 * 86_400_000).toISOString();
  const deep = `0crowd${String(Math.floor(people / 2)).padStart(12, '0')}`;
  const list = (query: string) => repeated(20, () => api.ask('GET', `/api/contacts?limit=50${query}`));
  const count = (times: number, body: object) => repeated(times, () => api.ask('POST', '/api/segment-counts', body));
  return {
    segment_created_ms: rounded(segmentMs),
    ...shown('list', await list('')),
    ...shown('list_deep', await list(`&cursor=${deep}`)),
    ...shown('search_address', await list(`&search=person-${Math.floor(people / 3)}`)),
    ...shown('search_name', await list('&search=clara')),
    ...shown('list_tag', await list(`&tag=${CROWD_TAG}`)),
    ...shown('segment_count', await count(10, { condition })),
    ...shown('segment_count_then', await count(3, { condition, asOf })),
  };
}

/** Everyone goes through a journey of two mails while others look at contacts and send events. */
async function underWay({ engine, api, tracking }: Place, people: number): Promise<Figures> {
  await engine.addSegment('everyone', { kind: 'tag', tag: CROWD_TAG, has: true });
  const journey = await engine.draw('Bench', twoMails({ segment: 'everyone', waitSeconds: WAIT_SECONDS }));
  const lists = atPace(LISTS_PER_SECOND, () => api.ask('GET', '/api/contacts?limit=50'));
  const tracks = atPace(TRACKS_PER_SECOND, (turn) =>
    tracking.ask('POST', '/v1/track', { userId: `person-${(turn * 7_919) % people}`, event: 'Product Viewed' }),
  );
  const publishMs = await took(() => api.ask('POST', `/api/journeys/${journey}/publication`));
  const { activeSeconds } = await watchRun(engine.models, { journey, people, seconds: 120 + people / 50 });
  return {
    ...shown('published_list', await lists.stop()),
    ...shown('published_track', await tracks.stop()),
    published_ms: rounded(publishMs),
    published_contacts_per_second: rounded(people / activeSeconds),
  };
}

function shown(name: string, { p50, p95, failed }: Timings): Figures {
  return { [`${name}_p50_ms`]: p50, [`${name}_p95_ms`]: p95, ...(failed > 0 && { [`${name}_failed`]: failed }) };
}
