import type { Skeleton } from './plan.ts';

/** Up to 500 people at one node. */
export type Page = { node: string; ids: string[] };

export type GroupKey = { plan: string; key: string };
export type Batch = GroupKey & { node: string; ids: string[]; at: string };

/** What workflows ask of the engine. Ids and codes only: all of this lands in histories. */
export interface Activities {
  loadSkeleton(plan: string): Promise<Skeleton>;
  /** Up to 4 pages of at most 500 active rows of the group, by node; empty: done. `seen` are the last pages' id@seq, to catch a group that cannot move. */
  gather(group: GroupKey & { last: string }): Promise<{ pages: Page[]; mark: string }>;
  /** Carries people through one node; answers ids by the edge they took, of those still in the group. */
  walkNode(batch: Batch): Promise<Record<string, string[]>>;
  /** Enters one page of a segment's audience; answers how many were read and the next cursor, null at the end. */
  enterPage(entry: {
    plan: string;
    at: string;
    cursor: string | null;
  }): Promise<{ read: number; cursor: string | null }>;
  /** Imports one stretch of a file and saves the cursor; answers whether there is more. */
  importPage(job: string): Promise<{ done: boolean }>;
}

/** Task queues: bulk work and single events never wait for each other. */
export const bulkQueue = 'pasture-bulk';
export const liveQueue = 'pasture-live';
