import type { Condition } from '#shared/condition.ts';
import type { Base } from '../base.ts';
import { countMatching, type Matching, matching, sampleMatching } from './matching.ts';

/** People are asked for on one clock, or on all, each judged at the present instant of their own; or all at one instant. */
export type Scope = { clock?: string | undefined; asOf?: Date | undefined };

/** Answers who a condition means, without keeping it. */
export interface Segments {
  count(condition: Condition, scope?: Scope): Promise<number>;
  /** Ids of a few who match. */
  sample(condition: Condition, scope?: Scope & { size?: number }): Promise<string[]>;
  /** Everyone who matches, each once, in pages of at most 500. */
  matching(condition: Condition, scope?: Scope): AsyncGenerator<Matching[]>;
}

/** Asks the database on every clock, each at its own now unless an instant is given. */
export function createSegments({ models, clocks }: Pick<Base, 'models' | 'clocks'>): Segments {
  async function questions(condition: Condition, { clock, asOf }: Scope) {
    const asked = clock ? [clock] : (await clocks.all()).map(({ _id }) => _id);
    return Promise.all(asked.map(async (id) => ({ condition, clock: id, now: asOf ?? (await clocks.now(id)) })));
  }

  async function* everyone(condition: Condition, scope: Scope = {}): AsyncGenerator<Matching[]> {
    for (const question of await questions(condition, scope)) yield* matching(models, question);
  }

  return {
    async count(condition, scope = {}) {
      let total = 0;
      for (const question of await questions(condition, scope)) total += await countMatching(models, question);
      return total;
    },
    async sample(condition, { size = 10, ...scope } = {}) {
      const ids: string[] = [];
      for (const question of await questions(condition, scope)) {
        if (ids.length < size) ids.push(...(await sampleMatching(models, question, size - ids.length)));
      }
      return ids;
    },
    matching: everyone,
  };
}
