import type { Models } from '../models/index.ts';

/** How long the list of tags is trusted: finding them walks an index of all contacts. */
const TRUST_MS = 10_000;
const MOST_TAGS = 1_000;

/** The tags in use. */
export interface Tags {
  list(): Promise<string[]>;
  /** To be called when tags were changed here. */
  forget(): void;
}

/** Reads the tags in use from the contacts, and trusts them for ten seconds. */
export function createTags(models: Pick<Models, 'contacts'>): Tags {
  let known: { tags: Promise<string[]>; readAt: number } | null = null;

  async function read(): Promise<string[]> {
    const tags: unknown[] = await models.contacts.distinct('tags');
    return tags
      .filter((tag) => typeof tag === 'string')
      .toSorted((a, b) => a.localeCompare(b))
      .slice(0, MOST_TAGS);
  }

  return {
    async list() {
      if (!known || Date.now() - known.readAt > TRUST_MS) known = { tags: read(), readAt: Date.now() };
      try {
        return await known.tags;
      } catch (error) {
        known = null;
        throw error;
      }
    },
    forget() {
      known = null;
    },
  };
}
