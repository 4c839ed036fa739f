import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';

const LARGEST_BYTES = 64 * 1024 * 1024;

/** The workflows as one bundle, made by a process of its own, because a bundler's memory is never given back. */
export async function bundleApart(): Promise<Pick<WorkflowBundleWithSourceMap, 'code'>> {
  const program = fileURLToPath(new URL('./print-bundle.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program], { maxBuffer: LARGEST_BYTES });
  return { code: stdout };
}
