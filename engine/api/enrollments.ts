import { nanoid } from 'nanoid';
import type { Contact } from '#shared/contact.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Journey } from '#shared/journey.ts';
import type { Base } from '../base.ts';
import { createChanges } from '../changes.ts';
import type { ByHand } from '../journeys/by-hand.ts';
import type { Handlers } from './handler.ts';
import { ApiProblem, notFound } from './problem.ts';

type Names = 'enterJourney' | 'exitEnrollment' | 'retryEnrollment' | 'skipEnrollment';

/** What is done to one person on their way by hand, or by another system. */
export function enrollmentHandlers({
  base: { models },
  byHand,
}: {
  base: Pick<Base, 'models'>;
  byHand: ByHand;
}): Handlers<Names> {
  const changes = createChanges(models);

  async function run(id: string | undefined): Promise<Pick<Enrollment, '_id' | 'state'>> {
    const row = await models.enrollments.findById(id ?? '', { state: 1 }).lean<Pick<Enrollment, '_id' | 'state'>>();
    if (!row) throw notFound('run of a contact through a journey');
    return row;
  }

  async function parked(id: string | undefined): Promise<string> {
    const { _id, state } = await run(id);
    if (state !== 'failed')
      throw new ApiProblem(409, `Only a parked run can be tried again or skipped; this one is ${state}.`);
    return _id;
  }

  return {
    enterJourney: async ({ params, body: { contact }, actor, request }) => {
      const journey = await models.journeys
        .findById(params.id ?? '', { state: 1 })
        .lean<Pick<Journey, '_id' | 'state'>>();
      if (!journey) throw notFound('journey');
      if (journey.state !== 'running') {
        throw new ApiProblem(409, `Only a running journey takes people in; this one is ${journey.state}.`);
      }
      const known = await models.contacts
        .findById(contact, { mergedInto: 1 })
        .lean<Pick<Contact, '_id' | 'mergedInto'>>();
      if (!known) {
        throw new ApiProblem(400, 'Some fields of the request are not right.', [
          { path: 'contact', message: 'is no contact known here; give the id of one' },
        ]);
      }
      const idempotencyKey = request.get('Idempotency-Key') ?? nanoid();
      const enrollment = await byHand.enter({
        journey: journey._id,
        contact: known.mergedInto ?? known._id,
        idempotencyKey,
      });
      if (enrollment !== null) await changes.note(actor, 'entered', `enrollment:${enrollment}`);
      return { entered: enrollment !== null, enrollment };
    },
    exitEnrollment: async ({ params, actor }) => {
      const { _id } = await run(params.id);
      const exited = await byHand.exit(_id);
      if (exited) await changes.note(actor, 'exited', `enrollment:${_id}`);
      return { exited };
    },
    retryEnrollment: async ({ params, actor }) => {
      const id = await parked(params.id);
      const retried = await byHand.retry(id);
      if (retried) await changes.note(actor, 'retried', `enrollment:${id}`);
      return { retried };
    },
    skipEnrollment: async ({ params, body: { outcome }, actor }) => {
      const id = await parked(params.id);
      const skipped = await byHand.skip(id, outcome);
      if (!skipped) {
        throw new ApiProblem(400, 'Some fields of the request are not right.', [
          { path: 'outcome', message: 'is no way out of the step this person is parked at' },
        ]);
      }
      await changes.note(actor, 'skipped', `enrollment:${id}`);
      return { skipped };
    },
  };
}
