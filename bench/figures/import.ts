import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ImportBody, importRoutes, type Upload } from '#shared/api/imports.ts';
import { cut, type Figures, rounded, type Sizes } from '../figures.ts';
import { watchMemory } from '../memory.ts';
import { atPlace, type Place } from '../place.ts';
import { until } from '../until.ts';

const CONTACTS = 1_000_000;
/** What was held after this share of the rows: the peak must not grow from there. */
const EARLY = 0.2;
const MB = 1_024 ** 2;

/** An import of a million contacts over HTTP: how much memory our dearest process holds at most, early and at the end. */
export async function importing(sizes: Sizes): Promise<Figures> {
  const contacts = cut(sizes, CONTACTS, 10_000);
  return atPlace(async (place) => {
    const path = join(place.folder, 'contacts.csv');
    await pipeline(Readable.from(lines(contacts)), createWriteStream(path));
    const memory = watchMemory(place.house.pids);
    const begin = performance.now();
    const { id } = await upload(place, path);
    const uploadSeconds = (performance.now() - begin) / 1_000;
    const job = await start(place, id);
    let early: Record<string, number> | null = null;
    const done = await until(`the import of ${contacts}`, { seconds: 120 + contacts / 300, everyMs: 500 }, async () => {
      const now = await importOf(place, job.id);
      if (now.state === 'failed') throw new Error(`The import failed: ${now.reason}`);
      if (now.rows >= contacts * EARLY) early ??= memory.peaks();
      return now.state === 'running' ? null : now;
    });
    const peaks = memory.peaks();
    memory.stop();
    const seconds = (performance.now() - begin) / 1_000;
    return {
      import_peak_mb: rounded(dearest(peaks) / MB),
      import_early_peak_mb: rounded(dearest(early ?? peaks) / MB),
      ...Object.fromEntries(
        Object.entries(peaks).map(([part, bytes]) => [`import_peak_mb_${part}`, rounded(bytes / MB)]),
      ),
      import_contacts: done.created,
      import_bad: done.bad,
      import_upload_s: rounded(uploadSeconds),
      import_per_second: rounded(contacts / (seconds - uploadSeconds)),
    };
  });
}

/** Of the processes that import: the database and Temporal have a memory of their own liking. */
function dearest(peaks: Readonly<Record<string, number>>): number {
  return Math.max(...Object.entries(peaks).flatMap(([part, bytes]) => (/^(server|worker)/.test(part) ? [bytes] : [])));
}

function* lines(contacts: number): Generator<string> {
  yield 'email,id,first_name,last_name,city,points\n';
  for (let from = 0; from < contacts; from += 1_000) {
    const page = Array.from({ length: Math.min(1_000, contacts - from) }, (_, index) => {
      const number = from + index;
      return `reader-${number}@import.example,reader-${number},Ada ${number % 977},Adler,Graz,${number % 1_000}\n`;
    });
    yield page.join('');
  }
}

async function upload({ house, api }: Place, path: string): Promise<Upload> {
  const answer = await fetch(`${house.url}/api/uploads?fileName=contacts.csv`, {
    method: 'POST',
    headers: {
      authorization: api.authorization,
      'content-type': 'text/csv',
      'content-length': String(statSync(path).size),
    },
    body: Readable.toWeb(createReadStream(path)),
    duplex: 'half',
  });
  if (!answer.ok) throw new Error(`The upload was refused: ${answer.status} ${await answer.text()}`);
  return importRoutes.uploadFile.response.parse(await answer.json());
}

async function start({ api }: Place, upload: string): Promise<ImportBody> {
  const profile = {
    firstName: '{{ first_name }}',
    lastName: '{{ last_name }}',
    city: '{{ city }}',
    points: '{{ points }}',
  };
  const mapping = {
    kind: 'contacts',
    email: '{{ email }}',
    phone: '',
    userId: '{{ id }}',
    profile,
    tags: ['imported'],
  };
  const order = { upload, mapping, consent: { kind: 'all' }, source: 'bench' };
  return importRoutes.startImport.response.parse(await api.ask('POST', '/api/imports', order));
}

async function importOf({ api }: Place, id: string): Promise<ImportBody> {
  return importRoutes.getImport.response.parse(await api.ask('GET', `/api/imports/${id}`));
}
