import type { Contact } from '#shared/contact.ts';
import type { Journey } from '#shared/journey.ts';
import type { Base } from '../base.ts';
import { nativeOf } from '../models/native.ts';
import type { Members } from '../segments/members.ts';
import { SAMPLE_CLOCK } from '#shared/clock.ts';

type Models = Base['models'];
const PAGE_PEOPLE = 500;

/** Removes the sample and everything that came of it; the sample's own row goes last, so a repeat completes it. */
export async function removeSample({ models }: Base, members: Pick<Members, 'forget'>): Promise<void> {
  // Nobody enters and nothing is sent any more before anything is taken away.
  await models.journeys.updateMany({ sample: true }, { $set: { state: 'stopped' } });
  await raiseListeners(models);
  await removePeople(models);
  await removeJourneys(models);
  for (const { _id } of await models.segments.find({ sample: true }, { _id: 1 }).lean<{ _id: string }[]>()) {
    await members.forget(_id);
    await models.changes.deleteMany({ subject: `segment:${_id}` });
  }
  await models.segments.deleteMany({ sample: true });
  await models.timeReadings.deleteMany({ clock: SAMPLE_CLOCK });
  // What a batch under way wrote meanwhile.
  await removePeople(models);
  await removeByClock(models);
  if ((await models.events.estimatedDocumentCount()) === 0) await models.eventNames.deleteMany({});
  await models.clocks.deleteOne({ _id: SAMPLE_CLOCK });
  await models.changes.deleteMany({ subject: SAMPLE_CLOCK });
  await raiseListeners(models);
  await models.samples.deleteOne({ _id: SAMPLE_CLOCK, state: 'removing' });
}

async function removePeople(models: Models): Promise<void> {
  for (;;) {
    const people = await nativeOf(models.contacts)
      .find({ clock: SAMPLE_CLOCK })
      .project<Pick<Contact, '_id' | 'email'>>({ email: 1 })
      .limit(PAGE_PEOPLE)
      .toArray();
    if (people.length === 0) return;
    const merged = await models.contacts
      .find({ mergedInto: { $in: people.map(({ _id }) => _id) } }, { _id: 1 })
      .lean<{ _id: string }[]>();
    const ids = [...people, ...merged].map(({ _id }) => _id);
    const whose = { contact: { $in: ids } };
    const addresses = people.flatMap(({ email }) => email ?? []);
    await nativeOf(models.identities).deleteMany(whose);
    for (const model of [models.enrollments, models.deliveries, models.coupons, models.members, models.suppressions]) {
      await model.collection.deleteMany(whose);
    }
    await nativeOf(models.events).deleteMany(whose);
    await models.suppressions.deleteMany({ _id: { $in: addresses.map((address) => `email:${address}`) } });
    await models.inbox.deleteMany({ to: { $in: addresses } });
    await nativeOf(models.contacts).deleteMany({ _id: { $in: ids } });
    // An event that was being accepted while its contact went.
    await nativeOf(models.events).deleteMany(whose);
  }
}

async function removeJourneys(models: Models): Promise<void> {
  const journeys = await models.journeys.find({ sample: true }, { _id: 1 }).lean<Pick<Journey, '_id'>[]>();
  const ids = journeys.map(({ _id }) => _id);
  const whose = { journey: { $in: ids } };
  for (const model of [models.passages, models.enrollments, models.deliveries, models.plans]) {
    await model.collection.deleteMany(whose);
  }
  await models.changes.deleteMany({ subject: { $in: ids.map((id) => `journey:${id}`) } });
  await models.journeys.deleteMany({ sample: true });
}

async function removeByClock({ enrollments, deliveries, members }: Models): Promise<void> {
  for (const model of [enrollments, deliveries, members]) await model.collection.deleteMany({ clock: SAMPLE_CLOCK });
}

async function raiseListeners({ counters }: Models): Promise<void> {
  const raised = { $inc: { value: 1 }, $set: { updatedAt: new Date() } };
  await counters.updateOne({ _id: 'listeners' }, raised, { upsert: true });
}
