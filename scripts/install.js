// Runs before every npm script that needs the packages, on whatever Node (20 or newer) the machine has: hence plain JavaScript.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync, utimesSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
const PROGRESS_EVERY_MS = 15_000;
const onWindows = process.platform === 'win32';
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.package-lock.json');
const node24 = join(root, 'node_modules', '.bin', onWindows ? 'node.cmd' : 'node');

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  fail(`Node ${process.versions.node} is too old.`, `Install Node ${OLDEST_NODE} or newer: https://nodejs.org`);
}
if (isStale()) await install();
if (spawnSync(node24, ['--version'], { shell: onWindows }).status !== 0) {
  fail(
    'The packages are installed, but Node 24, which comes as the package "node", does not run.',
    'Its install script must be allowed (npm config set ignore-scripts false); then delete node_modules and start again.',
  );
}

function isStale() {
  if (!existsSync(stamp) || !existsSync(node24)) return true;
  return statSync(join(root, 'package-lock.json')).mtimeMs > statSync(stamp).mtimeMs;
}

async function install() {
  const begin = Date.now();
  const seconds = () => Math.round((Date.now() - begin) / 1000);
  console.log('Installing packages (npm ci), a minute or two, once …');
  const ticker = setInterval(() => console.log(`Installing packages: ${seconds()} s …`), PROGRESS_EVERY_MS);
  const npm = spawn('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    // npm ci empties node_modules, so it must not run on the Node that lies in there.
    env: { ...process.env, PATH: pathWithoutPackages() },
    stdio: 'inherit',
    shell: onWindows,
  });
  const status = await new Promise((resolve) => {
    npm.once('error', () => resolve('npm is not on PATH'));
    npm.once('close', (code) => resolve(code));
  });
  clearInterval(ticker);
  if (status !== 0) {
    fail(
      `npm ci failed (${status}) after ${seconds()} s; what it said stands above.`,
      'Mostly the package registry cannot be reached: check the network and `npm config get registry`, then start again.',
    );
  }
  const now = new Date();
  utimesSync(stamp, now, now);
  console.log(`Installing packages: done in ${seconds()} s`);
}

function pathWithoutPackages() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => !folder.endsWith(join('node_modules', '.bin'))).join(delimiter);
}

/** @returns {never} */
function fail(what, whatToDo) {
  console.error(`${what}\n  ${whatToDo}`);
  process.exit(1);
}
