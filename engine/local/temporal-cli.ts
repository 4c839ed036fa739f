import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { cacheDir, childEnv, type Config } from '#engine/config.ts';
import { findProgram, isRunnable, versionOf } from '#engine/local/program.ts';
import { downloadUnlessRefused } from '#engine/local/refusals.ts';
import type { Voice } from '#engine/local/voice.ts';
import { takeFirstWay, type Way } from '#engine/local/ways.ts';

const VERSION = 'v1.5.1';
const GO_PACKAGE = `github.com/temporalio/cli/cmd/temporal@${VERSION}`;
const ANSWER_WITHIN_MS = 5_000;
const DOWNLOAD_WITHIN_MS = 15 * 60_000;

const Archive = z.object({ archiveUrl: z.url(), fileToExtract: z.string() });

/**
 * Finds the `temporal` program, downloads it, or builds it from source.
 * @returns its path
 * @throws Trouble naming every way when none is open
 */
export function obtainTemporalCli(config: Config, voice: Voice): Promise<string> {
  const cached = join(cacheDir(config), `temporal-${VERSION}-${process.platform}-${process.arch}`, programName());
  const ways: Way<string>[] = [
    { name: 'TEMPORAL_ADDRESS', take: async () => ({ closed: 'not set' }) },
    {
      name: 'temporal on PATH',
      async take() {
        const program = findProgram(config, 'temporal');
        if (program === undefined) return { closed: 'not there' };
        await versionOf(program);
        return { found: program };
      },
    },
    {
      name: 'download from temporal.download',
      async take() {
        if (isRunnable(cached)) return { found: cached };
        await downloadUnlessRefused(cacheDir(config), 'temporal', () =>
          voice.during(`Downloading Temporal ${VERSION}, once`, () => download(cached)),
        );
        return { found: cached };
      },
    },
    {
      name: `go install ${GO_PACKAGE}`,
      async take() {
        const go = findProgram(config, 'go');
        if (go === undefined) return { closed: 'go is not on PATH' };
        await voice.during('Building Temporal from source with go, about 5 minutes, once', () => build(go, cached));
        return { found: cached };
      },
    },
  ];
  return takeFirstWay('Temporal', ways, [
    'Do one of these, then start again: set TEMPORAL_ADDRESS=host:7233 to a Temporal that runs,',
    'put the temporal program on PATH (https://docs.temporal.io/cli), open the network to temporal.download,',
    'or install go 1.24 or newer with a Go module proxy.',
  ]);
}

async function download(destination: string): Promise<void> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const answer = await fetch(
    `https://temporal.download/cli/${VERSION}?platform=${platform}&arch=${arch}&format=tar.gz`,
    { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) },
  );
  if (!answer.ok) throw new Error(`temporal.download answered ${answer.status}`);
  const archive = Archive.parse(await answer.json());
  await intoPlace(destination, async (folder) => {
    const packed = join(folder, 'temporal.tar.gz');
    const body = await fetch(archive.archiveUrl, { signal: AbortSignal.timeout(DOWNLOAD_WITHIN_MS) });
    if (!body.ok || body.body === null) throw new Error(`${archive.archiveUrl} answered ${body.status}`);
    await pipeline(Readable.fromWeb(body.body), createWriteStream(packed));
    await runQuietly('tar', ['-xzf', packed, '-C', folder, archive.fileToExtract], {});
    return join(folder, archive.fileToExtract);
  });
}

function build(go: string, destination: string): Promise<void> {
  return intoPlace(destination, async (folder) => {
    await runQuietly(go, ['install', '-ldflags=-s -w', GO_PACKAGE], { GOBIN: folder });
    return join(folder, programName());
  });
}

/** Makes a program in a folder aside and renames it to its place, so that a half-made one is never found there. */
async function intoPlace(destination: string, make: (folder: string) => Promise<string>): Promise<void> {
  mkdirSync(dirname(destination), { recursive: true });
  const aside = mkdtempSync(join(dirname(destination), 'making-'));
  try {
    const made = await make(aside);
    await versionOf(made);
    renameSync(made, destination);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function runQuietly(program: string, args: string[], env: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: childEnv(env), stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-2_000);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      const lastLine = errors.trim().split('\n').at(-1);
      return code === 0 ? resolve() : reject(new Error(lastLine || `${program} ended with exit code ${code}`));
    });
  });
}

function programName(): string {
  return process.platform === 'win32' ? 'temporal.exe' : 'temporal';
}
