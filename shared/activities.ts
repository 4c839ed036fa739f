/** Up to 500 people at one node. */
export type Page = { node: string; ids: string[] };

export type GroupKey = { plan: string; key: string };
/** `first`: an immediate group brings its first pages along; `due`: one that is to wait begins a little before that. */
export type Group = GroupKey & { first?: Page[]; due?: string };
/**
 * `at`: the batch's instant, the same for a repeat; `due`: its group's, before which nobody goes on; `began`: when its
 * group did, where that was noted.
 */
export type Batch = GroupKey & { node: string; ids: string[]; at: string; due?: string; began?: string };

/** What workflows ask of the engine. Ids and codes only: all of this lands in histories. */
export interface Activities {
  /** Up to 2,000 people of the group, in pages by node; empty: done. `last` is the previous answer's mark, to catch a group that cannot move. */
  gather(group: GroupKey & { last: string }): Promise<{ pages: Page[]; mark: string }>;
  /** Carries people on from one node until each of them waits, is put off, or has ended. */
  walkPage(batch: Batch): Promise<void>;
  /** Enters the next page of a plan's audience and saves how far it is; answers whether that was the last. */
  enterPage(plan: string): Promise<{ done: boolean }>;
  /** Imports one stretch of a file and saves the cursor; answers whether there is more. */
  importPage(job: string): Promise<{ done: boolean }>;
}
