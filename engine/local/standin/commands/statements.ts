import type { Doc } from '../bson/document.ts';
import { toFault } from '../faults.ts';

/**
 * Runs the statements of a write, which fail one by one: each failure is listed under its index,
 * and in an ordered write the first is the last to be tried. A fault of the server fails them all.
 */
export function runStatements<T>(
  statements: readonly T[],
  ordered: boolean,
  runOne: (statement: T, index: number) => void,
): Doc[] {
  const failures: Doc[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      runOne(statement, index);
    } catch (error) {
      const { codeName, code, message, details } = toFault(error);
      if (codeName === 'InternalError' || codeName === 'OutOfDiskSpace') throw error;
      failures.push({ index, code, errmsg: message, ...details });
      if (ordered) break;
    }
  }
  return failures;
}

/** A write's answer: what it did, and which of its statements failed. */
export function writeReply(counts: Doc, failures: readonly Doc[]): Doc {
  return { ...counts, ...(failures.length > 0 && { writeErrors: failures }), ok: 1 };
}
