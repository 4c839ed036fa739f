// Runs beside a supervisor and stops its processes when the supervisor dies without having done so, as by kill -9.
import { clearCensus } from '#engine/local/census.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node engine/local/reaper.ts FOLDER');

// Ctrl-C reaches everything in the terminal's foreground, and must not reach the one who cleans up.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

process.on('disconnect', () => {
  void clearCensus(folder).then(() => process.exit(0));
});
