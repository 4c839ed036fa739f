import { setTimeout as pause } from 'node:timers/promises';
import { nanoid } from 'nanoid';
import { SECOND_MS } from '#shared/duration.ts';
import type { Member, Segment } from '#shared/segment.ts';
import type { Base } from '../base.ts';
import type { TimeReading } from '../models/segment.ts';
import { changedSince } from './changed-since.ts';
import { indexEventsOf } from './event-index.ts';
import { matching, PAGE_PEOPLE } from './matching.ts';
import { writeVerdicts } from './membership.ts';
import type { Rejudge } from './rejudge.ts';

/** A pass that has shown no sign for so long was cut off. */
const CUT_OFF_MS = 10 * SECOND_MS;
const LOOK_MS = 500;
/** One is read while others are written. */
const PAGES_AT_ONCE = 3;

/** Whether some process is making members of everyone who matches. */
export function isUnderWay({ passedAt }: TimeReading): boolean {
  return passedAt !== null && passedAt !== undefined && Date.now() - passedAt.getTime() < CUT_OFF_MS;
}

/** Says that a pass goes on; false once it is no longer its own to make. */
type GoOn = () => Promise<boolean>;

/** Makes members of everyone who matches. Nobody is announced: they matched before anyone asked. */
export function createMaterialising(
  { models, clocks, log }: Pick<Base, 'models' | 'clocks' | 'log'>,
  rejudge: Rejudge,
) {
  /**
   * One clock's people, until all are members by the condition as it is then: a pass that was cut off, or that a changed
   * condition has overtaken, is made again. `since` stays the instant the first began at.
   */
  async function materialiseOn(segmentId: string, clock: string): Promise<void> {
    const _id = `${segmentId}:${clock}`;
    const fresh = { segment: segmentId, clock, readUntil: await clocks.now(clock), completeAt: null };
    await models.timeReadings.updateOne({ _id }, { $setOnInsert: fresh }, { upsert: true });
    for (;;) {
      const reading = await models.timeReadings.findById(_id).lean<TimeReading>();
      if (!reading || reading.completeAt) return;
      if (isUnderWay(reading)) await pause(LOOK_MS);
      else await passOver(reading);
    }
  }

  /** One pass, for as long as nobody takes it away: whoever changes the condition does. */
  async function passOver(reading: TimeReading): Promise<void> {
    const { _id, segment: segmentId, clock, passedAt } = reading;
    const mine = { _id, completeAt: null, passedBy: nanoid() };
    const taken = { ...mine, passedBy: reading.passedBy ?? null };
    const took = await models.timeReadings.updateOne(taken, {
      $set: { passedBy: mine.passedBy, passedAt: new Date() },
    });
    // Read after it was taken: a later change takes it away again.
    const segment = await models.segments.findById(segmentId).lean<Segment>();
    if (took.matchedCount === 0) return;
    if (!segment) return void (await models.timeReadings.deleteOne({ _id }));
    const goOn: GoOn = async () =>
      (await models.timeReadings.updateOne(mine, { $set: { passedAt: new Date() } })).matchedCount === 1;
    // By an earlier pass, which another process may be ending still, or by what was kept before there were passes.
    const hasEarlier = passedAt !== undefined || (await models.members.exists({ segment: segmentId, until: null }));
    const began = new Date();
    const question = { condition: segment.condition, clock, now: await clocks.now(clock) };
    const verdict = { clock, matches: true, at: reading.readUntil, judgedAt: question.now };
    const pages = matching(models, question, ['revision']);
    const takePages = async (): Promise<boolean> => {
      for await (const people of pages) {
        if (!(await goOn())) return false;
        const asRead = people.map((one) => ({ contact: one._id, revision: one.revision }));
        const verdicts = asRead.map((one) => ({ ...one, ...verdict }));
        await writeVerdicts(models, { segment: segmentId, verdicts, announcedAt: began });
        // Written first, looked at second: what happened to them since they were read has its say.
        await rejudge(await changedSince(models, asRead), 'quietly');
      }
      return true;
    };
    const ends = await Promise.all(Array.from({ length: PAGES_AT_ONCE }, takePages));
    if (ends.includes(false)) return;
    if (hasEarlier) await rejudgeEarlier({ models, rejudge }, { segment: segmentId, clock, began, goOn });
    const done = { completeAt: new Date(), passedAt: null, passedBy: null };
    await models.timeReadings.updateOne(mine, { $set: done });
  }

  return {
    materialiseOn,
    async materialise(segmentId: string): Promise<void> {
      const segment = await models.segments.findById(segmentId).lean<Segment>();
      if (!segment) return;
      await indexEventsOf({ models, log }, segment.condition);
      for (const { _id } of await clocks.all()) await materialiseOn(segmentId, _id);
    },
  };
}

/** Members from before a condition changed may match no longer. */
async function rejudgeEarlier(
  { models, rejudge }: { models: Base['models']; rejudge: Rejudge },
  { segment, clock, began, goOn }: { segment: string; clock: string; began: Date; goOn: GoOn },
): Promise<void> {
  let after = '';
  while (await goOn()) {
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
