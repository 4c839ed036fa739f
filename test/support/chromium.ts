import { execFile } from 'node:child_process';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';
import { z } from 'zod';
import { cacheDir, readConfig } from '#engine/config.ts';
import { findProgram, isRunnable } from '#engine/local/program.ts';
import { Trouble } from '#engine/local/trouble.ts';

const run = promisify(execFile);
const INSTALLED = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** A browser program, and what it needs to run here. */
export interface BrowserProgram {
  path: string;
  args: string[];
  env: Record<string, string>;
}

/**
 * Finds a Chromium: CHROMIUM, one on PATH, or the one packed in the npm package.
 * @throws Trouble when none runs here
 */
export async function obtainChromium(): Promise<BrowserProgram> {
  const config = readConfig();
  const named = config.CHROMIUM;
  if (named !== undefined && !isRunnable(named)) {
    throw new Trouble(`CHROMIUM=${named} is not a program that can be run.`, ['Correct it, or unset it.']);
  }
  const installed = named ?? findProgram(config, ...INSTALLED) ?? (isRunnable(MAC_CHROME) ? MAC_CHROME : undefined);
  if (installed !== undefined) return { path: installed, args: ['--no-sandbox'], env: {} };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Trouble('The browser tests need a Chromium.', ['Install Chrome or Chromium, or name one in CHROMIUM.']);
  }
  const folder = await unpack(cacheDir(config));
  const path = join(folder, 'chromium');
  const { stdout } = await run('ldd', [path]).catch(() => ({ stdout: '' }));
  const libraries: Record<string, string> = stdout.includes('not found')
    ? { LD_LIBRARY_PATH: join(folder, 'lib') }
    : {};
  const fonts: Record<string, string> = existsSync('/etc/fonts') ? {} : { FONTCONFIG_PATH: folder };
  return { path, args: ['--no-sandbox', '--headless=shell'], env: { ...libraries, ...fonts } };
}

/** Unpacks the package's Chromium into the cache once; its own way unpacks into the temporary folder, where runs collide. */
async function unpack(cache: string): Promise<string> {
  const require = createRequire(import.meta.url);
  const packed = join(dirname(require.resolve('@sparticuz/chromium')), '..', '..', 'bin');
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(packed, '..', 'package.json'), 'utf8')));
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const aside = mkdtempSync(join(cache, 'making-'));
  await inflate(join(packed, 'chromium.br'), join(aside, 'chromium'));
  for (const name of ['al2023', 'fonts']) {
    const archive = join(aside, `${name}.tar`);
    await inflate(join(packed, `${name}.tar.br`), archive);
    await run('tar', ['-xf', archive, '-C', aside]);
    rmSync(archive);
  }
  try {
    renameSync(aside, folder);
  } catch {
    // Another test run was faster, and its folder is as good.
    rmSync(aside, { recursive: true });
  }
  return folder;
}

function inflate(from: string, to: string): Promise<void> {
  return pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to, { mode: 0o755 }));
}
