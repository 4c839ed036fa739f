// `npm run check`: format, lint, types, dead code, copies. Runs all of them, so that one run shows everything.
import { spawnSync } from 'node:child_process';

const checks = {
  format: ['prettier', '--check', '--cache', '--cache-location', '.cache/prettier', '--log-level', 'warn', '.'],
  lint: ['oxlint', '--type-aware', '--deny-warnings'],
  types: ['tsc', '-b'],
  'dead code': ['knip', '--no-progress'],
  copies: ['jscpd', '--config', '.jscpd.json', '.'],
};

const failed = Object.entries(checks).filter(([name, [program = '', ...args]]) => {
  const begin = performance.now();
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  return status !== 0;
});
process.exit(failed.length === 0 ? 0 : 1);
