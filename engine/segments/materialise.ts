import { SECOND_MS } from '#shared/duration.ts';
import type { Member, Segment } from '#shared/segment.ts';
import type { Base } from '../base.ts';
import type { TimeReading } from '../models/segment.ts';
import { changedSince } from './changed-since.ts';
import { indexEventsOf } from './event-index.ts';
import { matching, PAGE_PEOPLE } from './matching.ts';
import { writeVerdicts } from './membership.ts';
import type { Rejudge } from './rejudge.ts';

/** A pass that has written nobody for so long was cut off. */
const CUT_OFF_MS = 10 * SECOND_MS;

/** Whether some process is making members of everyone who matches. */
export function isUnderWay({ passedAt }: TimeReading): boolean {
  return passedAt !== null && passedAt !== undefined && Date.now() - passedAt.getTime() < CUT_OFF_MS;
}

/** Makes members of everyone who matches. Nobody is announced: they matched before anyone asked. */
export function createMaterialising(
  { models, clocks, log }: Pick<Base, 'models' | 'clocks' | 'log'>,
  rejudge: Rejudge,
) {
  /** One clock's people; a pass that was cut off is made again, and `since` stays the instant it first began at. */
  async function materialiseOn(segment: Segment, clock: string): Promise<void> {
    const _id = `${segment._id}:${clock}`;
    const fresh = { segment: segment._id, clock, readUntil: await clocks.now(clock), completeAt: null };
    await models.timeReadings.updateOne({ _id }, { $setOnInsert: fresh }, { upsert: true });
    const reading = await models.timeReadings.findById(_id).lean<TimeReading>();
    if (!reading || reading.completeAt) return;
    const began = new Date();
    const question = { condition: segment.condition, clock, now: await clocks.now(clock) };
    const verdict = { clock, matches: true, at: reading.readUntil, judgedAt: question.now };
    const pass = () => models.timeReadings.updateOne({ _id }, { $set: { passedAt: new Date() } });
    await pass();
    for await (const people of matching(models, question)) {
      await pass();
      await writeVerdicts(models, {
        segment: segment._id,
        verdicts: people.map(({ _id, revision }) => ({ contact: _id, revision, ...verdict })),
        announcedAt: began,
      });
      // Written first, looked at second: what happened to them since they were read has its say.
      const asRead = people.map(({ _id, revision }) => ({ contact: _id, revision }));
      await rejudge(await changedSince(models, asRead), 'quietly');
    }
    await rejudgeEarlier(segment._id, clock, began);
    await models.timeReadings.updateOne({ _id }, { $set: { completeAt: new Date(), passedAt: null } });
  }

  /** Members from before a condition changed may match no longer. */
  async function rejudgeEarlier(segment: string, clock: string, began: Date): Promise<void> {
    let after = '';
    for (;;) {
      const rows = await models.members
        .find({ segment, until: null, _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(PAGE_PEOPLE)
        .lean<Member[]>();
      const earlier = rows.filter((row) => row.clock === clock && row.changedAt < began);
      await rejudge(
        earlier.map(({ contact }) => contact),
        'quietly',
      );
      const last = rows.at(-1);
      if (!last || rows.length < PAGE_PEOPLE) return;
      after = last._id;
    }
  }

  return {
    materialiseOn,
    async materialise(segmentId: string): Promise<void> {
      const segment = await models.segments.findById(segmentId).lean<Segment>();
      if (!segment) return;
      await indexEventsOf({ models, log }, segment.condition);
      for (const { _id } of await clocks.all()) await materialiseOn(segment, _id);
    },
  };
}
