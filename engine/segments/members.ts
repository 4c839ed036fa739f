import { MINUTE_MS, SECOND_MS } from '#shared/duration.ts';
import type { Member, Segment } from '#shared/segment.ts';
import type { Base } from '../base.ts';
import type { TimeReading } from '../models/segment.ts';
import { createMaterialising } from './materialise.ts';
import { judge } from './judge.ts';
import { judgedFields, type Person } from './matching.ts';
import { announce, type EnterMembers, writeVerdicts } from './membership.ts';
import { readEdges } from './time-edges.ts';

/** How much of a clock's time passes between two readings of its time edges. */
const READING_MS = 15 * MINUTE_MS;
/** Joiners whose announcement was cut off are announced again after this. */
const UNTOLD_MS = 10 * SECOND_MS;

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
  /** Members now, by contact. */
  page(
    segmentId: string,
    cursor: string | null,
    size: number,
  ): Promise<{ rows: { contact: string; clock: string; since: Date }[]; cursor: string | null }>;
  /** Everyone is judged anew by a changed condition; does nothing for a segment that is not kept. */
  conditionChanged(segmentId: string): Promise<void>;
  forget(segmentId: string): Promise<void>;
}

export function createMembers(base: Base, { enterMembers }: { enterMembers: EnterMembers }): Members {
  const { models, clocks } = base;
  const { materialiseOn, materialise } = createMaterialising(base, rejudge);

  async function rejudge(contactIds: readonly string[], announcing: 'aloud' | 'quietly'): Promise<void> {
    const readings = contactIds.length === 0 ? [] : await models.timeReadings.find().lean<TimeReading[]>();
    if (readings.length === 0) return;
    const rows = await models.contacts.collection
      .find({ _id: { $in: [...contactIds] } } as object)
      .project<Person>(judgedFields)
      .toArray();
    const people = rows.filter(({ clock }) => clock !== null);
    await endGone(contactIds, people);
    const nows = new Map(
      await Promise.all(
        [...new Set(people.map(({ clock }) => clock))].map(async (id) => [id, await clocks.now(id)] as const),
      ),
    );
    const nowOf = ({ clock }: Person) => nows.get(clock) ?? new Date();
    for (const segment of await segmentsOf(readings)) {
      const complete = readings.some(({ segment: id, completeAt }) => id === segment._id && completeAt !== null);
      const aloud = announcing === 'aloud' && complete;
      const matches = await judge(models, { condition: segment.condition, people, nowOf });
      const verdicts = people.map((person) => ({
        contact: person._id,
        clock: person.clock,
        matches: matches.has(person._id),
        at: nowOf(person),
      }));
      await writeVerdicts(models, { segment: segment._id, verdicts, announcedAt: aloud ? null : new Date() });
      if (aloud) await announce(models, enterMembers, segment._id, [...matches]);
    }
  }

  /** Contacts deleted or merged away are in no segment. */
  async function endGone(contactIds: readonly string[], people: readonly Person[]): Promise<void> {
    const present = new Set(people.map(({ _id }) => _id));
    const gone = contactIds.filter((id) => !present.has(id));
    if (gone.length > 0) {
      await models.members.updateMany({ contact: { $in: gone }, until: null }, { $set: { until: new Date() } });
    }
  }

  async function segmentsOf(readings: readonly TimeReading[]): Promise<Segment[]> {
    const ids = [...new Set(readings.map(({ segment }) => segment))];
    return models.segments.find({ _id: { $in: ids } }).lean<Segment[]>();
  }

  async function readOne(segment: Segment, reading: TimeReading): Promise<void> {
    const to = await clocks.now(reading.clock);
    if (to.getTime() - reading.readUntil.getTime() < READING_MS) return;
    const stretch = { clock: reading.clock, from: reading.readUntil, to };
    for await (const verdicts of readEdges(models, segment.condition, stretch)) {
      await writeVerdicts(models, { segment: segment._id, verdicts, announcedAt: null });
      await announce(
        models,
        enterMembers,
        segment._id,
        verdicts.map(({ contact }) => contact),
      );
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

  return {
    refresh: (contactIds) => rejudge(contactIds, 'aloud'),
    absorb: (contactIds) => rejudge(contactIds, 'quietly'),
    materialise,
    async readTimeEdges() {
      await announceUntold();
      const readings = await models.timeReadings.find().lean<TimeReading[]>();
      if (readings.length === 0) return;
      const ids = (await clocks.all()).map(({ _id }) => _id);
      for (const segment of await segmentsOf(readings)) {
        for (const clock of ids) {
          const reading = readings.find((each) => each.segment === segment._id && each.clock === clock);
          if (reading?.completeAt) await readOne(segment, reading);
          else await materialiseOn(segment, clock);
        }
      }
    },
    async page(segmentId, cursor, size) {
      const after = cursor === null ? {} : { _id: { $gt: cursor } };
      const rows = await models.members
        .find({ segment: segmentId, until: null, ...after })
        .sort({ _id: 1 })
        .limit(size)
        .lean<Member[]>();
      const next = rows.length < size ? null : (rows.at(-1)?._id ?? null);
      return { rows: rows.map(({ contact, clock, since }) => ({ contact, clock, since })), cursor: next };
    },
    async conditionChanged(segmentId) {
      await models.timeReadings.updateMany({ segment: segmentId }, { $set: { completeAt: null } });
    },
    async forget(segmentId) {
      await models.timeReadings.deleteMany({ segment: segmentId });
      await models.members.deleteMany({ segment: segmentId });
    },
  };
}
