import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { nanoid } from 'nanoid';
import type { StoredKey } from '#engine/models/workspace.ts';
import { createSecret, hashSecret } from '#engine/secrets.ts';
import { type Asking, askingOf } from './clocked.ts';
import { type EngineBeside, openEngineBeside } from './engine-beside.ts';
import { type House, openHouse } from './house.ts';
import { openSink, type Sink } from './sink.ts';

/** Where something is measured: the whole product with a mail server, and ways to ask it. */
export type Place = {
  folder: string;
  house: House;
  engine: EngineBeside;
  sink: Sink;
  /** With an API key. */
  api: Asking;
  /** With a write key. */
  tracking: Asking;
  /** The first of so many numbers of the crowd that nobody has had here. */
  numbers(people: number): number;
};

/** The sink likes as many connections of each process as they come; a mail server that says nothing gets fewer. */
const CONNECTIONS_A_WORKER = 48;
/** All that our workers open to it together: one for each core, as the product starts them. */
export const SINK_CONNECTIONS = CONNECTIONS_A_WORKER * availableParallelism();

const open = new Set<() => Promise<void>>();

/** Where everyone works meanwhile. */
let common: Place | null = null;

/** Opens one place for all that is done meanwhile: opening one for each takes longer than little work does. */
export async function atCommonPlace(work: () => Promise<void>): Promise<void> {
  await atPlace(async (place) => {
    common = place;
    try {
      await work();
    } finally {
      common = null;
    }
  });
}

/** Works at the common place; else opens one with data of its own, and leaves nothing behind. */
export async function atPlace<Found>(work: (place: Place) => Promise<Found>): Promise<Found> {
  if (common) return work(common);
  const folder = mkdtempSync(join(tmpdir(), 'pasture-bench-'));
  const ends: (() => Promise<void>)[] = [];
  let closing: Promise<void> | null = null;
  // Once, whoever asks: what is given up half-way is closed by a signal and by its own end.
  const close = () => (closing ??= closeAll());
  const closeAll = async () => {
    for (const end of ends.toReversed()) await end().catch((error: unknown) => console.error(error));
    rmSync(folder, { recursive: true, force: true });
    open.delete(close);
  };
  open.add(close);
  try {
    const sink = await openSink();
    ends.push(() => sink.close());
    const house = await openHouse(folder, { SMTP_URL: `${sink.url}/?maxConnections=${CONNECTIONS_A_WORKER}` });
    ends.push(() => house.close());
    const engine = await openEngineBeside(house, sink.url);
    ends.push(() => engine.close());
    await engine.addSender();
    const api = askingOf(house.url, `Bearer ${await createKey(engine, 'api')}`);
    const tracking = askingOf(house.url, `Basic ${btoa(`${await createKey(engine, 'write')}:`)}`);
    let taken = 0;
    const numbers = (people: number): number => (taken += people) - people;
    return await work({ folder, house, engine, sink, api, tracking, numbers });
  } finally {
    await close();
  }
}

/** Closes every place that is still open: for what is given up half-way. */
export async function closePlaces(): Promise<void> {
  await Promise.all([...open].map((close) => close()));
}

async function createKey({ models }: EngineBeside, kind: StoredKey['kind']): Promise<string> {
  const secret = createSecret();
  const key = { _id: nanoid(), kind, name: 'Bench', prefix: 'bench', hash: hashSecret(secret) };
  await models.keys.create({ ...key, createdAt: new Date(), createdBy: 'bench', lastUsedAt: null });
  return secret;
}
