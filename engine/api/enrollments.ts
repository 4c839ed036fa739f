import { nanoid } from 'nanoid';
import type { Contact } from '#shared/contact.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Journey } from '#shared/journey.ts';
import type { Base } from '../base.ts';
import { createChanges } from '../changes.ts';
import type { ByHand } from '../journeys/by-hand.ts';
import type { Models } from '../models/index.ts';
import type { Handlers } from './handler.ts';
import { ApiProblem, notFound, wrongFields } from './problem.ts';

type EnrollmentDeps = { base: Pick<Base, 'models'>; byHand: ByHand };
type Run = Pick<Enrollment, '_id' | 'state'>;

/** What is done to one person on their way by hand, or by another system. */
export function enrollmentHandlers(
  deps: EnrollmentDeps,
): Handlers<'enterJourney' | 'exitEnrollment' | 'retryEnrollment' | 'skipEnrollment'> {
  return { ...passingHandlers(deps), ...parkedHandlers(deps) };
}

/** In, and out again. */
function passingHandlers({ base: { models }, byHand }: EnrollmentDeps): Handlers<'enterJourney' | 'exitEnrollment'> {
  const changes = createChanges(models);
  return {
    enterJourney: async ({ params, body: { contact }, actor, request }) => {
      const journey = await runningJourney(models, params.id);
      const known = await models.contacts
        .findById(contact, { mergedInto: 1 })
        .lean<Pick<Contact, '_id' | 'mergedInto'>>();
      if (!known) {
        throw wrongFields([{ path: 'contact', message: 'is no contact known here; give the id of one' }]);
      }
      const enrollment = await byHand.enter({
        journey,
        contact: known.mergedInto ?? known._id,
        idempotencyKey: request.get('Idempotency-Key') ?? nanoid(),
      });
      if (enrollment !== null) await changes.note(actor, 'entered', `enrollment:${enrollment}`);
      return { entered: enrollment !== null, enrollment };
    },
    exitEnrollment: async ({ params, actor }) => {
      const { _id } = await runOf(models, params.id);
      const exited = await byHand.exit(_id);
      if (exited) await changes.note(actor, 'exited', `enrollment:${_id}`);
      return { exited };
    },
  };
}

/** Who is parked at a step that failed goes on, at it or past it. */
function parkedHandlers({ base: { models }, byHand }: EnrollmentDeps): Handlers<'retryEnrollment' | 'skipEnrollment'> {
  const changes = createChanges(models);
  return {
    retryEnrollment: async ({ params, actor }) => {
      const id = await parked(models, params.id);
      const retried = await byHand.retry(id);
      if (retried) await changes.note(actor, 'retried', `enrollment:${id}`);
      return { retried };
    },
    skipEnrollment: async ({ params, body: { outcome }, actor }) => {
      const id = await parked(models, params.id);
      const skipped = await byHand.skip(id, outcome);
      if (!skipped) {
        throw wrongFields([{ path: 'outcome', message: 'is no way out of the step this person is parked at' }]);
      }
      await changes.note(actor, 'skipped', `enrollment:${id}`);
      return { skipped };
    },
  };
}

async function runningJourney({ journeys }: Models, id: string | undefined): Promise<string> {
  const journey = await journeys.findById(id ?? '', { state: 1 }).lean<Pick<Journey, '_id' | 'state'>>();
  if (!journey) throw notFound('journey');
  if (journey.state !== 'running') {
    throw new ApiProblem(409, `Only a running journey takes people in; this one is ${journey.state}.`);
  }
  return journey._id;
}

async function runOf({ enrollments }: Models, id: string | undefined): Promise<Run> {
  const row = await enrollments.findById(id ?? '', { state: 1 }).lean<Run>();
  if (!row) throw notFound('run of a contact through a journey');
  return row;
}

async function parked(models: Models, id: string | undefined): Promise<string> {
  const { _id, state } = await runOf(models, id);
  if (state !== 'failed')
    throw new ApiProblem(409, `Only a parked run can be tried again or skipped; this one is ${state}.`);
  return _id;
}
