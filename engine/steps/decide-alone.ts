import type { Enrollment } from '#shared/enrollment.ts';
import type { Base } from '../base.ts';

/** Whom nothing can be decided about is parked under this code. */
export const UNDECIDABLE = { kind: 'failed', code: 'undecidable' } as const;
export type Undecidable = typeof UNDECIDABLE;

/** What is thrown while deciding about one person is that person's: they are parked, the others of the batch go on. */
export function decideAlone<Answer>(
  { log }: Pick<Base, 'log'>,
  { _id, node }: Pick<Enrollment, '_id' | 'node'>,
  decide: () => Answer,
): Answer | Undecidable {
  try {
    return decide();
  } catch (error) {
    log.error({ err: error, enrollment: _id, node }, 'Nothing could be decided about someone; they are parked.');
    return UNDECIDABLE;
  }
}
