import { SAMPLE_CLOCK } from '#shared/clock.ts';
import type { SampleBody } from '#shared/api/workspace.ts';
import type { Base } from '../base.ts';
import { createChanges } from '../changes.ts';
import type { StoredSample } from '../models/workspace.ts';
import type { Sample } from '../sample/sample.ts';
import type { Handlers } from './handler.ts';
import { ApiProblem } from './problem.ts';

type Names = 'getSample' | 'loadSample' | 'removeSample';

/** The sample shop: loaded, watched and removed. */
export function sampleHandlers({ base, sample }: { base: Base; sample: Sample }): Handlers<Names> {
  const changes = createChanges(base.models);

  async function bodyOf(row: StoredSample | null): Promise<SampleBody> {
    if (!row) return { state: 'absent', pace: null, loaded: 0, total: 0, journey: null, clockNow: null };
    const { state, pace, loaded, total, journey } = row;
    return { state, pace, loaded, total, journey, clockNow: (await base.clocks.now(SAMPLE_CLOCK)).toISOString() };
  }

  return {
    getSample: async () => bodyOf(await sample.status()),
    async loadSample({ body: { pace }, actor }) {
      const row = await sample.load(pace);
      if (!row) throw new ApiProblem(409, 'The sample shop is loaded already; remove it first.');
      await changes.note(actor, 'loaded', 'sample');
      return bodyOf(row);
    },
    async removeSample() {
      await sample.remove();
      return bodyOf(await sample.status());
    },
  };
}
