import { z } from 'zod';

/** Moments at which the crash suite lets a process die, as kill -9 would: nothing is cleaned up. */
export const CrashPoint = z.enum([
  /** An event is durable, and nothing has come of it. */
  'event-committed',
  /** People are entered, and the group that carries them on is not started. */
  'rows-written',
  'release-written',
  'wait-written',
  /** Half of a batch's rows are moved. */
  'half-moved',
  'claim-written',
  'connected',
  /** The mail server has taken the recipient; the gate has not been asked. */
  'recipient-taken',
  'gate-written',
  'half-sent',
  /** The whole mail is out, and the server has not answered. */
  'dot-sent',
  'mail-accepted',
  'result-written',
]);
export type CrashPoint = z.infer<typeof CrashPoint>;

/** A point, and at which of its passings: `gate-written` or `gate-written:3`. */
export const CrashAt = z
  .string()
  .regex(/^[a-z-]+(:[1-9]\d*)?$/, 'must look like gate-written or gate-written:3')
  .transform((text) => {
    const [point, passing = '1'] = text.split(':');
    return { point, passing: Number(passing) };
  })
  .pipe(z.object({ point: CrashPoint, passing: z.number() }));
export type CrashAt = z.infer<typeof CrashAt>;

// One for the process, because it is the process that dies, wherever in it that is.
let armed: CrashAt | undefined;

/** Lets this process die at a point; undefined: at none. */
export function armCrashPoint(at: CrashAt | undefined): void {
  armed = at && { ...at };
}

/** Whether this process is to die there, for code that has to stop half-way to do so. */
export function isArmed(point: CrashPoint): boolean {
  return armed?.point === point;
}

/** Dies here when this point is armed and its turn has come. */
export function crashPoint(point: CrashPoint): void {
  if (armed?.point !== point) return;
  armed.passing -= 1;
  if (armed.passing === 0) process.kill(process.pid, 'SIGKILL');
}
