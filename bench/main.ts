// `npm run bench`: measures what the product promises. Options: --quick (a tenth of the sizes), --share N (that share of
// them), --only blast,journey (these parts alone), --json FILE.
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readConfig } from '#engine/config.ts';
import { obtainTemporalCli } from '#engine/local/temporal-cli.ts';
import { createVoice } from '#engine/local/voice.ts';
import { blast } from './figures/blast.ts';
import { events } from './figures/events.ts';
import { idle } from './figures/idle.ts';
import { importing } from './figures/import.ts';
import { ingest } from './figures/ingest.ts';
import { journey } from './figures/journey.ts';
import { scale } from './figures/scale.ts';
import { type Figures, type Sizes, targets, verdictOf } from './figures.ts';
import { atCommonPlace, closePlaces } from './place.ts';

/**
 * Each part, and how many seconds it may take at its full size; one `asked` for runs only by `--only`. One `alone` has a
 * place of its own at any size: what it weighs, or lists, is to be its own.
 */
const parts: Record<string, { run: (sizes: Sizes) => Promise<Figures>; seconds: number; asked?: true; alone?: true }> =
  {
    blast: { run: blast, seconds: 600 },
    journey: { run: journey, seconds: 1_800 },
    events: { run: events, seconds: 900 },
    ingest: { run: ingest, seconds: 300 },
    idle: { run: idle, seconds: 900 },
    import: { run: importing, seconds: 3_600, alone: true },
    scale: { run: scale, seconds: 1_800, asked: true, alone: true },
  };

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    share: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});
const share = Number(options.share ?? (options.quick ? 0.1 : 1));
const chosen = options.only?.split(',') ?? Object.keys(parts).filter((name) => !parts[name]?.asked);
const unknown = chosen.filter((name) => !(name in parts));
if (unknown.length > 0 || !(share > 0 && share <= 1)) {
  console.error(
    `There is no ${unknown.join(', ') || `share ${options.share}`}; parts are ${Object.keys(parts).join(', ')}.`,
  );
  process.exit(1);
}
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted = true;
    void closePlaces().finally(() => process.exit(1));
  });
}

// A first build takes minutes, which are no part's own.
const config = readConfig();
if (config.TEMPORAL_ADDRESS === undefined) await obtainTemporalCli(config, createVoice(console.error));

const begin = performance.now();
const figures: Figures = {};
const failures: string[] = [];
const together = share < 1 ? chosen.filter((name) => !parts[name]?.alone) : [];
if (together.length > 0) await atCommonPlace(() => measureAll(together)).catch(failed);
await measureAll(chosen.filter((name) => !together.includes(name)));
const took = secondsSince(begin);
printTable();
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report(), null, 2)}\n`);
process.exitCode = failures.length > 0 ? 1 : 0;

async function measureAll(names: readonly string[]): Promise<void> {
  for (const name of names) if (!interrupted) await measure(name);
}

/** Runs one part, within its time; what goes wrong there is told and keeps none of the others from running. */
async function measure(name: string): Promise<void> {
  const part = parts[name];
  if (!part) return;
  process.stderr.write(`\n${name} …\n`);
  const ending = new AbortController();
  const seconds = 120 + part.seconds * share;
  const partBegin = performance.now();
  const late = pause(seconds * 1_000, null, { signal: ending.signal, ref: false }).then(async () => {
    await closePlaces();
    throw new Error(`did not end within ${Math.round(seconds)} s`);
  });
  late.catch(() => {});
  try {
    const found = await Promise.race([part.run({ share }), late]);
    Object.assign(figures, found);
    for (const [figure, value] of Object.entries(found)) console.log(`  ${figure.padEnd(36)}${value}`);
  } catch (error) {
    failed(error, `${name}: `);
  } finally {
    ending.abort();
    process.stderr.write(`  (${secondsSince(partBegin)} s)\n`);
  }
}

function secondsSince(begin: number): number {
  return Math.round((performance.now() - begin) / 1_000);
}

function failed(error: unknown, where = ''): void {
  failures.push(`${where}${error instanceof Error ? error.message : String(error)}`);
  console.error(`  FAILED ${failures.at(-1)}`);
}

function report() {
  const machine = {
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? '',
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
  };
  return { measuredAt: new Date().toISOString(), machine, share, seconds: took, ...figures, failures };
}

function printTable(): void {
  console.log(`\n${'figure'.padEnd(22)}${'must reach'.padEnd(12)}${'measured'.padEnd(12)}${'verdict'.padEnd(14)}what`);
  for (const target of targets) {
    const must = 'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
    const measured = String(figures[target.figure] ?? '–');
    const verdict = verdictOf(target, figures);
    if (verdict === 'not measured' && options.only !== undefined) continue;
    console.log(
      `${target.figure.padEnd(22)}${must.padEnd(12)}${measured.padEnd(12)}${verdict.padEnd(14)}${target.says}`,
    );
  }
  for (const failure of failures) console.log(`FAILED ${failure}`);
  console.log(`\n${took} s, ${share === 1 ? 'full sizes' : `${share * 100} % of the sizes`}`);
}
