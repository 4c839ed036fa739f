// `npm run bench`: how the product does with 100,000 contacts. Options: --people N, --seconds N (how long a publication is watched at most), --json FILE.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { nanoid } from 'nanoid';
import { createJourney } from '#engine/journeys/create-journey.ts';
import type { StoredKey } from '#engine/models/workspace.ts';
import { createSecret, hashSecret } from '#engine/secrets.ts';
import { silentBuyersSegment } from '#shared/templates/silent-buyers.ts';
import { type Asking, askingOf, atPace, cpuSeconds, repeated, type Timings, took } from './clocked.ts';
import { CROWD_TAG, insertCrowd } from './crowd.ts';
import { type EngineBeside, openEngineBeside } from './engine-beside.ts';
import { type House, openHouse } from './house.ts';
import { type MailSink, openMailSink } from './mail-sink.ts';
import { twoMails } from './two-mails.ts';

const { values: options } = parseArgs({
  options: {
    people: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '3600' },
    json: { type: 'string' },
  },
});
const PEOPLE = Number(options.people);
const MOST_SECONDS = Number(options.seconds);
const LISTS_PER_SECOND = 4;
const TRACKS_PER_SECOND = 20;
const WAIT_SECONDS = 30;

type Place = { house: House; engine: EngineBeside; sink: MailSink; api: Asking; tracking: Asking };
type Lines = Record<string, Timings | number | string>;

const folder = mkdtempSync(join(tmpdir(), 'pasture-bench-'));
const sink = await openMailSink();
const house = await openHouse(folder, { SMTP_URL: sink.url });
const engine = await openEngineBeside(house, sink.url);
try {
  const api = askingOf(house.url, `Bearer ${await createKey('api')}`);
  const tracking = askingOf(house.url, `Basic ${btoa(`${await createKey('write')}:`)}`);
  const place = { house, engine, sink, api, tracking };
  const rest = await atRest(place);
  show('At rest', rest);
  const publication = await underWay(place);
  show('While a journey is published to everyone', publication);
  const machine = { cores: availableParallelism(), processor: cpus()[0]?.model ?? '', people: PEOPLE };
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify({ machine, rest, publication }, null, 2));
} finally {
  await engine.close();
  await house.close();
  await sink.close();
  rmSync(folder, { recursive: true, force: true });
}

async function createKey(kind: StoredKey['kind']): Promise<string> {
  const secret = createSecret();
  const key = { _id: nanoid(), kind, name: 'Bench', prefix: 'bench', hash: hashSecret(secret) };
  await engine.models.keys.create({ ...key, createdAt: new Date(), createdBy: 'bench', lastUsedAt: null });
  return secret;
}

/** Looking at 100,000 contacts with 300,000 orders while nothing else happens. */
async function atRest({ engine: { models }, api }: Place): Promise<Lines> {
  const insertMs = await took(() => insertCrowd(models, { people: PEOPLE, ordering: 'orders' }));
  const segmentMs = await took(() => api.ask('POST', '/api/segments', silentBuyersSegment));
  const { condition } = silentBuyersSegment;
  const asOf = new Date(Date.now() - 40 * 86_400_000).toISOString();
  const deep = `0crowd${String(Math.floor(PEOPLE / 2)).padStart(12, '0')}`;
  const list = (query: string) => repeated(20, () => api.ask('GET', `/api/contacts?limit=50${query}`));
  return {
    'contacts put in (ms)': Math.round(insertMs),
    'events put in': await models.events.countDocuments(),
    'segment created with its indexes (ms)': Math.round(segmentMs),
    'contacts, first page': await list(''),
    'contacts, deep page': await list(`&cursor=${deep}`),
    'contacts, search by address': await repeated(20, (turn) =>
      api.ask('GET', `/api/contacts?limit=50&search=person-${(turn * 4_211) % PEOPLE}`),
    ),
    'contacts, search by first name': await list('&search=clara'),
    'contacts, by tag': await list(`&tag=${CROWD_TAG}`),
    'segment count, worked example': await repeated(10, () => api.ask('POST', '/api/segment-counts', { condition })),
    'segment count, 40 days ago': await repeated(3, () => api.ask('POST', '/api/segment-counts', { condition, asOf })),
  };
}

/** Everyone goes through a journey of two mails while others look at contacts and send events. */
async function underWay({ house, engine, sink, api, tracking }: Place): Promise<Lines> {
  await engine.addSender();
  await engine.addSegment('everyone', { kind: 'tag', tag: CROWD_TAG, has: true });
  const drawing = twoMails({ segment: 'everyone', waitSeconds: WAIT_SECONDS });
  const { _id: journey } = await createJourney(engine.models, {
    name: 'Bench',
    drawing,
    actor: 'bench',
    sample: false,
  });
  const before = cpuSeconds(house.pids());
  const begin = performance.now();
  const lists = atPace(LISTS_PER_SECOND, () => api.ask('GET', '/api/contacts?limit=50'));
  const tracks = atPace(TRACKS_PER_SECOND, (turn) =>
    tracking.ask('POST', '/v1/track', { userId: `person-${(turn * 7_919) % PEOPLE}`, event: 'Product Viewed' }),
  );
  const publishMs = await took(() => api.ask('POST', `/api/journeys/${journey}/publication`));
  const rows = (filter: object) => engine.models.enrollments.countDocuments({ journey, ...filter });
  let firstMailMs = 0;
  let enteredMs = 0;
  let done = 0;
  for (let at = 0; done < PEOPLE && at < MOST_SECONDS * 1_000; at = performance.now() - begin) {
    done = await rows({ state: 'completed' });
    if (firstMailMs === 0 && sink.ledger.size > 0) firstMailMs = at;
    if (enteredMs === 0 && (await rows({})) === PEOPLE) enteredMs = at;
    process.stderr.write(`\r${(at / 1_000).toFixed(0)} s: ${done} of ${PEOPLE} done, ${sink.ledger.size} mails  `);
    await pause(1_000);
  }
  process.stderr.write('\n');
  const seconds = (performance.now() - begin) / 1_000;
  const used = Object.entries(cpuSeconds(house.pids())).map(([name, now]): [string, number] => [
    `processor, ${name} (ms a mail)`,
    Math.round(((now - (before[name] ?? 0)) * 100_000) / sink.ledger.size) / 100,
  ]);
  return {
    'contacts list': await lists.stop(),
    '/v1/track': await tracks.stop(),
    'publication answered (ms)': Math.round(publishMs),
    'first mail (ms)': Math.round(firstMailMs),
    'everyone entered (ms)': Math.round(enteredMs),
    'watched (s)': Math.round(seconds),
    'through to the end': done,
    'contacts a second, waits included': Math.round(done / seconds),
    'mails a second': Math.round(sink.ledger.size / seconds),
    'mails doubled': [...sink.ledger.values()].filter((times) => times > 1).length,
    ...Object.fromEntries(used),
  };
}

function show(title: string, lines: Lines): void {
  console.log(`\n${title}`);
  for (const [name, value] of Object.entries(lines)) {
    const text =
      typeof value === 'object'
        ? `p50 ${value.p50} ms, p95 ${value.p95} ms, worst ${value.worst} ms (${value.asked} asked, ${value.failed} failed)`
        : value;
    console.log(`  ${name.padEnd(44)}${text}`);
  }
}
