// `npm run crash`: every fault of the crash suite, with more people, and a table of what was run and found.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { childEnv } from '#engine/config.ts';

/** Where vitest.config.ts has every run reported. */
const REPORT = '.cache/test-results.json';
const JOURNAL = '.cache/crash.jsonl';
/** Beside whole products whose parts are killed: what single parts do when a mail server, a caller or a calendar misbehaves. */
const SUITES = [
  'test/crash',
  'test/histories',
  'test/engine/bounces',
  'test/engine/deliveries',
  'test/engine/moment.test.ts',
  'test/engine/public',
  'test/engine/restore',
  'test/engine/v1',
  'test/journeys/nobody-lost.test.ts',
];

const figures = ['people', 'ledger', 'sent', 'unknown', 'twice'] as const;
const count = z.number().optional();
const Line = z.object({
  fault: z.string(),
  note: z.string(),
  people: count,
  ledger: count,
  sent: count,
  unknown: count,
  twice: count,
});
type Line = z.infer<typeof Line>;
const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          status: z.string(),
          duration: z.number().nullish(),
        }),
      ),
    }),
  ),
});

for (const path of [REPORT, JOURNAL]) rmSync(path, { force: true });
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', ...SUITES, ...process.argv.slice(2)],
  { stdio: 'inherit', env: childEnv({ CRASH_FORM: 'whole' }) },
);
if (!existsSync(REPORT)) {
  console.error('The tests did not run.');
  process.exit(1);
}
process.exit(print() && status === 0 ? 0 : 1);

/** Prints a line a fault; answers whether every promise held. */
function print(): boolean {
  const found = new Map(readJournal().map((line) => [line.fault, line]));
  const { testResults } = Report.parse(JSON.parse(readFileSync(REPORT, 'utf8')));
  const rows = testResults.flatMap((file) => {
    if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'))
      return [[file.name, ...figures.map(() => ''), '', `BROKEN: ${file.message ?? ''}`]];
    return file.assertionResults
      .filter((test) => test.status !== 'skipped')
      .map(({ ancestorTitles, title, status: outcome, duration }) => {
        const line = found.get(title);
        const verdict = outcome === 'passed' ? 'held' : `BROKEN: ${line?.note ?? 'see above'}`;
        const name = [...ancestorTitles, title].join(': ');
        return [name, ...figures.map((figure) => String(line?.[figure] ?? '')), seconds(duration ?? 0), verdict];
      });
  });
  const head = ['fault', 'people', 'mails', 'sent', 'unknown', 'twice', 'seconds', 'verdict'];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of [head, widths.map((width) => '-'.repeat(width)), ...rows])
    console.log(
      row
        .map((cell, column) => align(cell, widths[column] ?? 0, column))
        .join('  ')
        .trimEnd(),
    );
  const broken = rows.filter((row) => row.at(-1) !== 'held').length;
  console.log(`${rows.length} faults: ${rows.length - broken} held, ${broken} broken`);
  return broken === 0 && rows.length > 0;
}

function readJournal(): Line[] {
  if (!existsSync(JOURNAL)) return [];
  return readFileSync(JOURNAL, 'utf8')
    .trim()
    .split('\n')
    .map((line) => Line.parse(JSON.parse(line)));
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}

function align(cell: string, width: number, column: number): string {
  const isWord = column === 0 || column === figures.length + 2;
  return isWord ? cell.padEnd(width) : cell.padStart(width);
}
