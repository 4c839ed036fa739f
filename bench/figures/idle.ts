import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Drawing } from '#shared/journey.ts';
import { cpuSeconds } from '../clocked.ts';
import { insertCrowd } from '../crowd.ts';
import { cut, type Figures, rounded, type Sizes } from '../figures.ts';
import { edge, letterStep, speechless } from '../letter.ts';
import { residentBytes } from '../memory.ts';
import { atPlace, type Place } from '../place.ts';
import { until } from '../until.ts';

const PEOPLE = 100_000;
/** Before anything is weighed, so that what processes grow by once, as code is compiled and caches fill, is not counted as people's. */
const WARMING_PEOPLE = 20_000;
/** After everyone has come to the wait, before anything is measured: caches settle, files are written. */
const SETTLING_SECONDS = 20;
const WATCHED_SECONDS = 60;

/** What it costs that people wait for days: processor time while nothing happens, and what each added to disk and memory. */
export async function idle(sizes: Sizes): Promise<Figures> {
  const people = cut(sizes, PEOPLE, 1_000);
  const warming = cut(sizes, WARMING_PEOPLE);
  const seconds = { settling: cut(sizes, SETTLING_SECONDS, 3), watched: cut(sizes, WATCHED_SECONDS, 6) };
  return atPlace(async (place) => {
    await gatherCrowd(place, 'waiting', people);
    await gatherCrowd(place, 'waiting-before', warming);
    await enter(place, 'waiting-before', warming);
    await pause(seconds.settling * 1_000);
    const before = weigh(place);
    await enter(place, 'waiting', people);
    await pause(seconds.settling * 1_000);
    const after = weigh(place);
    const cpuBefore = cpuSeconds(place.house.pids());
    const begin = performance.now();
    await pause(seconds.watched * 1_000);
    const watched = (performance.now() - begin) / 1_000;
    const percent = Object.fromEntries(
      Object.entries(cpuSeconds(place.house.pids())).map(([part, now]): [string, number] => [
        part,
        ((now - (cpuBefore[part] ?? 0)) * 100) / watched,
      ]),
    );
    const { temporal = 0, ...ours } = percent;
    const grown = (of: 'disk' | 'memory') => (after[of] - before[of]) / people;
    return {
      idle_cpu_pct: rounded(Object.values(ours).reduce((sum, one) => sum + one, 0)),
      idle_cpu_pct_temporal: rounded(temporal),
      ...Object.fromEntries(Object.entries(ours).map(([part, one]) => [`idle_cpu_pct_${part}`, rounded(one)])),
      waiting_people: people,
      waiting_bytes: rounded(grown('disk') + grown('memory')),
      waiting_bytes_disk: rounded(grown('disk')),
      waiting_bytes_memory: rounded(grown('memory')),
      ...Object.fromEntries(
        Object.entries(after.byPart).map(([part, bytes]) => [
          `waiting_bytes_${part}`,
          rounded((bytes - (before.byPart[part] ?? 0)) / people),
        ]),
      ),
    };
  });
}

/** Everyone of a segment waits for a month, then gets a letter. */
function monthLong(segment: string): Drawing {
  const month = { kind: 'after', duration: { amount: 30, unit: 'day' } } as const;
  return {
    entry: { kind: 'segment', source: 'Crowd', segment, who: 'matching' },
    reentry: { kind: 'once' },
    goal: null,
    exits: [],
    start: 'month',
    steps: [
      { kind: 'wait', id: 'month', name: 'A month', ...speechless, until: month },
      letterStep('letter'),
      { kind: 'exit', id: 'end', name: 'Done', ...speechless },
    ],
    edges: [edge('month', 'letter'), edge('letter', 'end')],
    layout: {},
  };
}

async function gatherCrowd({ engine, numbers }: Place, tag: string, people: number): Promise<void> {
  await insertCrowd(engine.models, { people, ordering: 'none', first: numbers(people), tag });
}

async function enter({ engine }: Place, name: string, people: number): Promise<void> {
  await engine.addSegment(name, { kind: 'tag', tag: name, has: true });
  const journey = await engine.publish(name, monthLong(name));
  await until(`${people} people to wait`, { seconds: 120 + people / 100, everyMs: 1_000 }, async () => {
    const waiting = await engine.models.enrollments.countDocuments({ journey, registered: true });
    return waiting === people ? true : null;
  });
}

type Weight = { disk: number; memory: number; byPart: Record<string, number> };

/** Bytes of everything in the house's folder but its logs, and in the memory of its processes. */
function weigh({ folder, house }: Place): Weight {
  const byPart = Object.fromEntries(Object.entries(house.pids()).map(([part, pid]) => [part, residentBytes(pid)]));
  return { byPart, memory: Object.values(byPart).reduce((sum, bytes) => sum + bytes, 0), disk: bytesIn(folder) };
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sum + (entry.name === 'logs' ? 0 : bytesIn(path));
    return sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  }, 0);
}
