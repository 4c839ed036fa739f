import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CROWD_TAG, insertCrowd } from '../../bench/crowd.ts';
import { type EngineBeside, openEngineBeside } from '../../bench/engine-beside.ts';
import { type House, openHouse } from '../../bench/house.ts';
import { twoMails } from '../../bench/two-mails.ts';
import { openSink, type Sink } from '../support/smtp-sink.ts';

/** The whole product with servers of its own, which can be closed and opened again on the same data. */
export interface LastingHouse {
  folder: string;
  sink: Sink;
  house(): House;
  engine(): EngineBeside;
  open(): Promise<void>;
  close(): Promise<void>;
  /** Publishes a journey of two mails to so many people, and waits until all have the first and wait for the second. */
  untilAllWait(people: number): Promise<string>;
  /** Waits until so many runs are like this. */
  until(people: number, like: object): Promise<void>;
  /** Closes it for good, and leaves nothing behind. */
  remove(): Promise<void>;
}

/** Opens one on an empty folder. */
export async function openLastingHouse(): Promise<LastingHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'pasture-lasting-'));
  const sink = await openSink();
  let standing: { house: House; engine: EngineBeside } | null = null;
  const now = () => {
    if (!standing) throw new Error('The house is closed.');
    return standing;
  };
  const lasting: LastingHouse = {
    folder,
    sink,
    house: () => now().house,
    engine: () => now().engine,
    async open() {
      const own = { TEMPORAL_ADDRESS: '', MONGODB_URI: '' };
      const house = await openHouse(folder, { ...own, SMTP_URL: sink.url, WORKERS: '1' });
      standing = { house, engine: await openEngineBeside(house, sink.url) };
    },
    async close() {
      const closing = standing;
      standing = null;
      await closing?.engine.close();
      await closing?.house.close();
    },
    async untilAllWait(people) {
      const { engine } = now();
      await engine.addSender();
      await engine.addSegment('crowd', { kind: 'tag', tag: CROWD_TAG, has: true });
      await insertCrowd(engine.models, { people, ordering: 'none' });
      const journey = await engine.publish('Lasting', twoMails({ segment: 'crowd', waitSeconds: 10 }));
      await lasting.until(people, { journey, node: 'pause', registered: true });
      return journey;
    },
    async until(people, like) {
      while ((await now().engine.models.enrollments.countDocuments(like)) < people) await pause(100);
    },
    async remove() {
      await lasting.close();
      await sink.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await lasting.open();
  return lasting;
}
