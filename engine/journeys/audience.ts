import type { PublicationPreview } from '#shared/api/journeys.ts';
import { REAL_CLOCK, SAMPLE_CLOCK } from '#shared/clock.ts';
import type { Condition } from '#shared/condition.ts';
import type { Enrollment } from '#shared/enrollment.ts';
import type { Journey } from '#shared/journey.ts';
import type { Base } from '../base.ts';
import { suppressionId } from '../deliveries/suppression.ts';
import { streamInPages } from '../in-pages.ts';
import { nativeOf } from '../models/native.ts';
import { mailabilityOf, mailabilityOfOne, matchingAmong } from '../segments/mailability.ts';
import type { Person } from '../segments/matching.ts';

export type Audience = Pick<PublicationPreview, 'matching' | 'mailable' | 'leftOut'>;
type Place = 'mailable' | keyof Audience['leftOut'];

const PAGE_SIZE = 500;

/**
 * Everyone who matches now, each under the first reason that keeps them from being mailed; and the clock most of them
 * live by. The database counts them; only those inside and those suppressed are looked at one by one.
 */
export async function audienceOf(
  base: Pick<Base, 'models' | 'clocks'>,
  { _id, sample }: Pick<Journey, '_id' | 'sample'>,
  condition: Condition,
): Promise<Audience & { clock: string }> {
  const nows = await nowsOf(base, sample);
  const counts = { mailable: 0, noConsent: 0, suppressed: 0, noAddress: 0, alreadyInside: 0 };
  const largest = { clock: REAL_CLOCK, people: 0 };
  for (const [clock, now] of nows) {
    const { mailable, noAddress, noConsent } = await mailabilityOf(base.models, { condition, clock, now });
    counts.mailable += mailable;
    counts.noAddress += noAddress;
    counts.noConsent += noConsent;
    const matching = mailable + noAddress + noConsent;
    if (matching > largest.people) Object.assign(largest, { clock, people: matching });
  }
  for await (const { from, to } of exceptions(base, _id, { condition, nows })) {
    counts[from] -= 1;
    counts[to] += 1;
  }
  const { mailable, ...leftOut } = counts;
  const matching = Object.values(counts).reduce((sum, people) => sum + people, 0);
  return { matching, mailable, leftOut, clock: largest.clock };
}

async function nowsOf({ clocks }: Pick<Base, 'clocks'>, sample: boolean): Promise<Map<string, Date>> {
  const ids = sample ? [SAMPLE_CLOCK] : (await clocks.all()).map(({ _id }) => _id);
  return new Map(await Promise.all(ids.map(async (id) => [id, await clocks.now(id)] as const)));
}

type Asked = { condition: Condition; nows: ReadonlyMap<string, Date> };

/** Who is inside already, or suppressed, and under what they were counted without that. */
async function* exceptions(
  base: Pick<Base, 'models'>,
  journey: string,
  { condition, nows }: Asked,
): AsyncGenerator<{ from: Place; to: Place }> {
  const seen = new Set<string>();
  const sources = [
    { to: 'alreadyInside' as const, pages: insideOf(base, journey) },
    { to: 'suppressed' as const, pages: suppressedOf(base) },
  ];
  for (const { to, pages } of sources) {
    for await (const ids of pages) {
      const fresh = ids.filter((id) => !seen.has(id));
      for (const id of fresh) seen.add(id);
      for (const person of await matchingAmong(base.models, { condition, ids: fresh, nows })) {
        const from = mailabilityOfOne(person);
        if (to === 'alreadyInside' || from !== 'noAddress') yield { from, to };
      }
    }
  }
}

/** Those whose slot is taken: inside now, or barred by the re-entry rule. */
async function* insideOf({ models }: Pick<Base, 'models'>, journey: string): AsyncGenerator<string[]> {
  const slots = { $gte: `${journey}:`, $lt: `${journey};` };
  const rows = nativeOf(models.enrollments)
    .find({ slot: slots, key: '' })
    .project<Pick<Enrollment, 'contact' | 'slot'>>({ contact: 1, slot: 1 })
    .batchSize(PAGE_SIZE);
  for await (const page of streamInPages(rows, PAGE_SIZE)) {
    // A run that has ended and given its slot back holds one of its own name.
    yield page.flatMap(({ contact, slot }) => (slot === `${journey}:${contact}:` ? [contact] : []));
  }
}

/** Whose address is suppressed: the address they are mailed at, not one they had before. */
async function* suppressedOf({ models }: Pick<Base, 'models'>): AsyncGenerator<string[]> {
  const rows = nativeOf(models.suppressions).find({}).project<{ _id: string }>({ _id: 1 }).batchSize(PAGE_SIZE);
  for await (const page of streamInPages(rows, PAGE_SIZE)) {
    const keys = new Set(page.map(({ _id }) => _id));
    // An address is known as an identity by the same name.
    const known = await nativeOf(models.identities)
      .find({ _id: { $in: [...keys] } })
      .toArray();
    const ids = known.map(({ contact }) => contact);
    const people = await models.contacts
      .find({ _id: { $in: ids } }, { email: 1 })
      .lean<Pick<Person, '_id' | 'email'>[]>();
    yield people.flatMap(({ _id, email }) => (email && keys.has(suppressionId('email', email)) ? [_id] : []));
  }
}
