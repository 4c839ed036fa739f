import type { Member } from '#shared/segment.ts';
import type { Base } from '../base.ts';
import { readRows } from '../models/native.ts';
import { createEdgeRounds } from './edge-rounds.ts';
import { createMaterialising } from './materialise.ts';
import type { EnterMembers } from './membership.ts';
import { createRejudge } from './rejudge.ts';

/** Who matches the segments that are kept: those a publication has asked for. */
export interface Members {
  /** Judges contacts again after something happened to them, and tells journeys who began to match. */
  refresh(contactIds: string[]): Promise<void>;
  /** The same after imported history, which starts nobody. */
  absorb(contactIds: string[]): Promise<void>;
  /** Reads whom time alone has made match or not; call it every second. */
  readTimeEdges(): Promise<void>;
  /** Makes everyone who matches now a member, once; a repeat goes on or changes nothing. */
  materialise(segmentId: string): Promise<void>;
  /** Members now, by contact; no cursor where there are no more. */
  page(
    segmentId: string,
    cursor: string | null,
    size: number,
  ): Promise<{ rows: { contact: string; clock: string; since: Date }[]; cursor: string | null }>;
  /** Everyone is judged anew by a changed condition; does nothing for a segment that is not kept. */
  conditionChanged(segmentId: string): Promise<void>;
  forget(segmentId: string): Promise<void>;
}

/** Keeps members in the database, and tells `enterMembers` who joined. */
export function createMembers(base: Base, { enterMembers }: { enterMembers: EnterMembers }): Members {
  const { models } = base;
  const rejudge = createRejudge(base, enterMembers);
  const { materialiseOn, materialise } = createMaterialising(base, rejudge);

  return {
    refresh: (contactIds) => rejudge(contactIds, 'aloud'),
    absorb: (contactIds) => rejudge(contactIds, 'quietly'),
    materialise,
    readTimeEdges: createEdgeRounds(base, { enterMembers, rejudge, materialiseOn }),
    async page(segmentId, cursor, size) {
      const after = cursor === null ? {} : { _id: { $gt: cursor } };
      const rows = await readRows<Member, Pick<Member, '_id' | 'contact' | 'clock' | 'since'>>(
        models.members,
        { segment: segmentId, until: null, ...after },
        // One more, which tells whether this page is the last.
        { fields: { contact: 1, clock: 1, since: 1 }, sort: { _id: 1 }, limit: size + 1 },
      );
      const page = rows.slice(0, size);
      const next = rows.length > size ? (page.at(-1)?._id ?? null) : null;
      return { rows: page.map(({ contact, clock, since }) => ({ contact, clock, since })), cursor: next };
    },
    async conditionChanged(segmentId) {
      const anew = { completeAt: null, passedAt: null, passedBy: null };
      await models.timeReadings.updateMany({ segment: segmentId }, { $set: anew });
    },
    async forget(segmentId) {
      await models.timeReadings.deleteMany({ segment: segmentId });
      await models.members.deleteMany({ segment: segmentId });
    },
  };
}
