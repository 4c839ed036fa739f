import { availableParallelism, homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { z } from 'zod';
import { CrashAt } from './crash-points.ts';

const port = (fallback: number) =>
  z.coerce
    .number({ error: 'must be a port number' })
    .int('must be a whole number')
    .min(0, 'must be a port from 0 (any free one) to 65535')
    .max(65_535, 'must be a port from 0 (any free one) to 65535')
    .default(fallback);

const optionalPort = z.coerce
  .number({ error: 'must be a port number' })
  .int('must be a whole number')
  .min(1, 'must be a port from 1 to 65535')
  .max(65_535, 'must be a port from 1 to 65535')
  .optional();

const uri = (schemes: RegExp, example: string) => z.string().regex(schemes, `must look like ${example}`).optional();

/** Every setting the product takes from its environment; nothing else reads `process.env`. */
export const Config = z.object({
  PORT: port(3000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: z.url('must be a whole address such as https://pasture.example.com').optional(),
  MONGODB_URI: uri(/^mongodb(\+srv)?:\/\/\S+$/, 'mongodb://host:27017/pasture'),
  MONGODB_PORT: port(27_217),
  MONGOD_BINARY: z.string().optional(),
  TEMPORAL_ADDRESS: uri(/^[^\s/]+:\d+$/, 'host:7233'),
  TEMPORAL_PORT: port(7_733),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TASK_QUEUE: z.string().default('pasture'),
  SMTP_URL: uri(/^smtps?:\/\/\S+$/, 'smtp://user:password@host:587'),
  /** Where the test inbox listens, and where senders find it. */
  INBOX_HOST: z.string().default('127.0.0.1'),
  INBOX_PORT: port(2_525),
  /** Where mails that come back are taken; unset: nowhere. */
  BOUNCE_HOST: z.string().default('127.0.0.1'),
  BOUNCE_PORT: optionalPort,
  DATA_DIR: z.string().default('.pasture'),
  PASTURE_CACHE: z.string().optional(),
  /** Set by the start script when MongoDB is the built-in stand-in, so that the status page can say so. */
  PASTURE_STANDIN: z.stringbool('must be 1 or 0').default(false),
  WORKERS: z.coerce
    .number({ error: 'must be a number of processes' })
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(64, 'must be at most 64')
    .default(availableParallelism()),
  CHROMIUM: z.string().optional(),
  /** Where this process is to die; only the crash suite sets it. */
  CRASH_AT: CrashAt.optional(),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], 'must be fatal, error, warn, info, debug or silent')
    .default('info'),
  PATH: z.string().default(''),
  XDG_CACHE_HOME: z.string().optional(),
  /** Set by npm for what it runs: `start` below `npm start`. */
  npm_lifecycle_event: z.string().optional(),
});
export type Config = z.infer<typeof Config>;

/**
 * Reads and checks the environment.
 * @throws Error naming each wrong variable and what it should be, in one readable message.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = Config.safeParse(given);
  if (parsed.success) return { ...parsed.data, DATA_DIR: resolve(parsed.data.DATA_DIR) };
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')} ${issue.message}`);
  throw new Error(`These environment variables are wrong; correct or unset them:\n${lines.join('\n')}`);
}

/** Where fetched and built servers, and what Node has compiled, are kept between checkouts. */
export function cacheDir(config: Config): string {
  return resolve(config.PASTURE_CACHE ?? join(config.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pasture'));
}

/** The folders in which programs are looked for, in order. */
export function programFolders(config: Config): string[] {
  return config.PATH.split(delimiter).filter((folder) => folder !== '');
}

/** The built-in test inbox's address as nodemailer wants it; sample contacts' mails always go here. */
export function inboxUrl(config: Config): string {
  return `smtp://${config.INBOX_HOST}:${config.INBOX_PORT}`;
}

/** Where mails to real contacts go: the operator's SMTP server, or else the test inbox. */
export function smtpUrl(config: Config): string {
  return config.SMTP_URL ?? inboxUrl(config);
}

/** The environment of a child process: this one's, with these settings on top. */
export function childEnv(settings: Record<string, string | number>): NodeJS.ProcessEnv {
  const texts = Object.entries(settings).map(([name, value]) => [name, String(value)]);
  return { ...process.env, ...Object.fromEntries(texts) };
}
