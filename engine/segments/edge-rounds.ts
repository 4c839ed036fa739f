import { MINUTE_MS, SECOND_MS } from '#shared/duration.ts';
import type { Member, Segment } from '#shared/segment.ts';
import type { Base } from '../base.ts';
import type { TimeReading } from '../models/segment.ts';
import { changedSince } from './changed-since.ts';
import { isUnderWay } from './materialise.ts';
import { announce, type EnterMembers, writeVerdicts } from './membership.ts';
import { type Rejudge, segmentsOf } from './rejudge.ts';
import { readEdges } from './time-edges.ts';

/** How much of a clock's time passes between two readings of its time edges. */
const READING_MS = 15 * MINUTE_MS;
/** Joiners whose announcement was cut off are announced again after this. */
const UNTOLD_MS = 10 * SECOND_MS;

/** Reads, segment by segment and clock by clock, whom time alone has made match or not. */
export function createEdgeRounds(
  { models, clocks }: Pick<Base, 'models' | 'clocks'>,
  deps: { enterMembers: EnterMembers; rejudge: Rejudge; materialiseOn(segment: string, clock: string): Promise<void> },
): () => Promise<void> {
  const { enterMembers, rejudge, materialiseOn } = deps;

  async function readOne(segment: Segment, reading: TimeReading): Promise<void> {
    const to = await clocks.now(reading.clock);
    if (to.getTime() - reading.readUntil.getTime() < READING_MS) return;
    const stretch = { clock: reading.clock, from: reading.readUntil, to };
    for await (const verdicts of readEdges(models, segment.condition, stretch)) {
      await writeVerdicts(models, { segment: segment._id, verdicts, announcedAt: null });
      // Who has changed since they were read is judged again, and told of by that.
      const changed = new Set(await changedSince(models, verdicts));
      await rejudge([...changed], 'aloud');
      const unchanged = verdicts.map(({ contact }) => contact).filter((contact) => !changed.has(contact));
      await announce(models, enterMembers, segment._id, unchanged);
    }
    await models.timeReadings.updateOne(
      { _id: reading._id, readUntil: reading.readUntil },
      { $set: { readUntil: to } },
    );
  }

  async function announceUntold(): Promise<void> {
    const changedAt = { $lt: new Date(Date.now() - UNTOLD_MS) };
    const rows = await models.members.find({ announcedAt: null, until: null, changedAt }).limit(500).lean<Member[]>();
    for (const [segment, joined] of Map.groupBy(rows, (row) => row.segment)) {
      await announce(
        models,
        enterMembers,
        segment,
        joined.map(({ contact }) => contact),
      );
    }
  }

  return async () => {
    await announceUntold();
    const readings = await models.timeReadings.find().lean<TimeReading[]>();
    if (readings.length === 0) return;
    const ids = (await clocks.all()).map(({ _id }) => _id);
    for (const segment of await segmentsOf(models, readings)) {
      for (const clock of ids) {
        const reading = readings.find((each) => each.segment === segment._id && each.clock === clock);
        if (reading?.completeAt) await readOne(segment, reading);
        else if (!reading || !isUnderWay(reading)) await materialiseOn(segment._id, clock);
      }
    }
  };
}
