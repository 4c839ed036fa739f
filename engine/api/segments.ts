import { nanoid } from 'nanoid';
import type { SegmentRow } from '#shared/api/contacts.ts';
import { REAL_CLOCK } from '#shared/clock.ts';
import type { Condition } from '#shared/condition.ts';
import type { Contact } from '#shared/contact.ts';
import { eventsAskedBy } from '#shared/evaluate.ts';
import type { Journey } from '#shared/journey.ts';
import type { Segment } from '#shared/segment.ts';
import type { Base } from '../base.ts';
import { createChanges } from '../changes.ts';
import { contactRow } from '../contacts/present.ts';
import { indexEventsOf } from '../segments/event-index.ts';
import type { Members } from '../segments/members.ts';
import type { Segments } from '../segments/segments.ts';
import type { Handler, Handlers } from './handler.ts';
import { ApiProblem, notFound } from './problem.ts';

type Names = 'listSegments' | 'getSegment' | 'createSegment' | 'updateSegment' | 'deleteSegment' | 'countSegment';

/** Segments, and how many contacts a condition means. */
export function segmentHandlers({
  base,
  segments,
  members,
}: {
  base: Base;
  segments: Segments;
  members: Members;
}): Handlers<Names> {
  const { models } = base;
  const changes = createChanges(models);

  async function stored(id: string | undefined): Promise<Segment> {
    const segment = await models.segments.findById(id).lean<Segment>();
    if (!segment) throw notFound('segment');
    return segment;
  }

  return {
    async listSegments() {
      const rows = await models.segments.find().sort({ name: 1 }).lean<Segment[]>();
      const users = await models.journeys
        .find({ 'drawing.entry.segment': { $in: rows.map(({ _id }) => _id) } }, { name: 1, 'drawing.entry': 1 })
        .lean<Journey[]>();
      return { rows: rows.map((segment) => toRow(segment, namesOfUsers(users, segment._id))) };
    },
    getSegment: async ({ params }) => rowOf(models, await stored(params['id'])),
    async createSegment({ body, actor }) {
      const now = new Date();
      const segment: Segment = { _id: nanoid(12), ...body, createdAt: now, updatedAt: now, sample: false };
      await indexEventsOf(base, body.condition);
      await models.segments.create(segment);
      await changes.note(actor, 'created', `segment:${segment._id}`);
      return toRow(segment, []);
    },
    async updateSegment({ params, body, actor }) {
      const before = await stored(params['id']);
      await indexEventsOf(base, body.condition);
      await models.segments.updateOne({ _id: before._id }, { $set: { ...body, updatedAt: new Date() } });
      await members.conditionChanged(before._id);
      await changes.note(actor, 'changed', `segment:${before._id}`);
      return rowOf(models, await stored(before._id));
    },
    async deleteSegment({ params, actor }) {
      const { _id } = await stored(params['id']);
      const users = await runningUsers(base, _id);
      if (users.length > 0) {
        throw new ApiProblem(409, `This segment is in use; stop these journeys first: ${users.join(', ')}.`);
      }
      await models.segments.deleteOne({ _id });
      await members.forget(_id);
      await changes.note(actor, 'deleted', `segment:${_id}`);
    },
    countSegment: counting({ base, segments }),
  };
}

async function rowOf({ journeys }: Base['models'], segment: Segment): Promise<SegmentRow> {
  const users = await journeys.find({ 'drawing.entry.segment': segment._id }, { name: 1 }).lean<Journey[]>();
  return toRow(
    segment,
    users.map(({ name }) => name),
  );
}

function counting({ base, segments }: { base: Base; segments: Segments }): Handler<'countSegment'> {
  const { models, clocks } = base;
  return async ({ body: { condition, asOf, clock } }) => {
    await indexKnownEvents(base, condition);
    const scope = { clock, asOf: asOf === undefined ? undefined : new Date(asOf) };
    const count = await segments.count(condition, scope);
    const ids = await segments.sample(condition, { ...scope, size: 10 });
    const people = await models.contacts.find({ _id: { $in: ids } }).lean<Contact[]>();
    const at = scope.asOf ?? (await clocks.now(clock ?? REAL_CLOCK));
    return { count, sample: people.map(contactRow), asOf: at.toISOString() };
  };
}

/** A condition still being written is counted fast too, once it names events that there are. */
async function indexKnownEvents(base: Base, condition: Condition): Promise<void> {
  const asked = eventsAskedBy(condition);
  const known = await base.models.eventNames.countDocuments({ _id: { $in: asked } });
  if (asked.length > 0 && known === asked.length) await indexEventsOf(base, condition);
}

/** Names of journeys that people are in, or may enter, by this segment. */
async function runningUsers({ models }: Pick<Base, 'models'>, segment: string): Promise<string[]> {
  const running = await models.journeys.find({ state: { $in: ['running', 'paused'] } }).lean<Journey[]>();
  const ids = running.flatMap(({ plan }) => plan ?? []);
  const plans = await models.plans.find({ _id: { $in: ids }, 'entry.segment': segment }, { journey: 1 }).lean();
  const journeys = new Set(plans.map(({ journey }) => journey));
  return running.filter(({ _id }) => journeys.has(_id)).map(({ name }) => name);
}

function namesOfUsers(journeys: readonly Journey[], segment: string): string[] {
  return journeys
    .filter(({ drawing: { entry } }) => entry?.kind === 'segment' && entry.segment === segment)
    .map(({ name }) => name);
}

function toRow({ _id, name, condition, sample, updatedAt }: Segment, usedBy: string[]): SegmentRow {
  return { id: _id, name, condition, sample, updatedAt: updatedAt.toISOString(), usedBy };
}
