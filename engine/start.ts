// `npm start`: obtains and starts everything the product needs on this machine, and keeps it running until Ctrl-C.
import { mkdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Config, readConfig } from '#engine/config.ts';
import { buildBuilder } from '#engine/local/builder.ts';
import { holdFolder } from '#engine/local/hold.ts';
import { startMongo } from '#engine/local/mongo.ts';
import { claimPort } from '#engine/local/port.ts';
import { productParts } from '#engine/local/product.ts';
import { createSupervisor, type Supervisor } from '#engine/local/supervisor.ts';
import { startTemporal } from '#engine/local/temporal.ts';
import { reasonOf, Trouble } from '#engine/local/trouble.ts';
import { createVoice } from '#engine/local/voice.ts';

const OWNER_LINK = 'owner-link: ';
const OWNER_LINK_WITHIN_MS = 5_000;
const PARENT_LOOK_MS = 500;
const root = fileURLToPath(new URL('..', import.meta.url));
const developing = process.argv.includes('--dev');
const voice = createVoice();
let stopping: Promise<void> | undefined;
let ownerLink: string | undefined;

try {
  const config = readConfig();
  makeFolder(config.DATA_DIR);
  process.once('exit', holdFolder(config.DATA_DIR));
  const supervisor = await createSupervisor(config.DATA_DIR, voice);
  stopOnSignal(supervisor);
  if (config.npm_lifecycle_event !== undefined) stopWithParent(supervisor);
  await startAll(config, supervisor).catch((error: unknown) => fail(error, supervisor));
} catch (error) {
  complain(error);
  process.exit(1);
}

async function startAll(config: Config, supervisor: Supervisor): Promise<void> {
  const begin = performance.now();
  const { HOST: host, INBOX_HOST: inboxHost } = config;
  const port = await claimPort({ port: config.PORT, host, what: 'the web pages', variable: 'PORT' });
  const inboxPort = await claimPort({
    port: config.INBOX_PORT,
    host: inboxHost,
    what: 'the test inbox',
    variable: 'INBOX_PORT',
  });
  const launch = { config, folder: config.DATA_DIR, supervisor, voice };
  const [mongo, temporalAddress] = await Promise.all([startMongo(launch), startTemporal(launch)]);
  if (!developing) await buildBuilder(root, voice);

  const parts = productParts(config, { mongo, temporalAddress, inboxPort, port }, { developing, hear });
  await supervisor.start(parts.inbox);
  await Promise.all([parts.server, ...parts.workers].map((part) => supervisor.start(part)));
  const address = developing ? await startVite(supervisor, port) : `http://${host}:${port}`;
  await untilOwnerLink();
  greet({ config, address, inboxPort, seconds: (performance.now() - begin) / 1000 });
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const remedy = 'Name a folder that this user may write to: DATA_DIR=/path/to/folder npm start';
    throw new Trouble(`DATA_DIR=${path} cannot be used as a folder (${reasonOf(error)}).`, [remedy], { cause: error });
  }
}

/** Vite serves the builder's sources while they change; it passes what is not its own on to the server. */
async function startVite(supervisor: Supervisor, port: number): Promise<string> {
  const args = [`${root}/node_modules/vite/bin/vite.js`, 'builder', '--clearScreen', 'false'];
  const address = Promise.withResolvers<string>();
  await supervisor.start({
    name: 'vite',
    command: process.execPath,
    args,
    env: { PORT: port },
    tier: 3,
    hear(line) {
      const found = /http:\/\/\S+\d/.exec(line);
      if (found !== null) address.resolve(found[0]);
    },
    ready: () => address.promise.then(() => {}),
  });
  return address.promise;
}

function greet(at: { config: Config; address: string; inboxPort: number; seconds: number }): void {
  const mails =
    at.config.SMTP_URL === undefined
      ? `every mail goes to the built-in test inbox (port ${at.inboxPort}), shown under Inbox`
      : 'mails to real contacts go to SMTP_URL, those to sample contacts to the built-in test inbox';
  voice.say(`
Pasture is ready after ${at.seconds.toFixed(0)} s: ${at.address}

  Owner's sign-in link:  ${ownerLink ?? at.address}
  What to do first:      open the link, then choose "Load the sample shop"
  Mails:                 ${mails}
  Kept in:               ${at.config.DATA_DIR} (logs in ${at.config.DATA_DIR}/logs)

Ctrl-C stops everything.`);
}

function hear(line: string): void {
  if (line.startsWith(OWNER_LINK)) ownerLink = line.slice(OWNER_LINK.length);
}

async function untilOwnerLink(): Promise<void> {
  const deadline = Date.now() + OWNER_LINK_WITHIN_MS;
  while (ownerLink === undefined && Date.now() < deadline) await pause(50);
}

function stopOnSignal(supervisor: Supervisor): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stopping ??= stop(supervisor);
    });
  }
}

/** npm hands a signal to the shell between us, which dies of it without passing it on. */
function stopWithParent(supervisor: Supervisor): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stopping ??= stop(supervisor);
  }, PARENT_LOOK_MS).unref();
}

async function stop(supervisor: Supervisor): Promise<void> {
  voice.say('\nStopping …');
  await supervisor.stop();
  voice.say('Stopped. Everything is kept; the next start goes on from here.');
  process.exit(0);
}

/** What fails because everything is being stopped is no failure; the stop ends the process itself. */
async function fail(error: unknown, supervisor: Supervisor): Promise<void> {
  if (stopping !== undefined) return;
  complain(error);
  await supervisor.stop();
  process.exit(1);
}

function complain(error: unknown): void {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
}
