import type { Contact } from '#shared/contact.ts';
import type { Identity, IdentityKind, IdentityRef } from '#shared/identity.ts';
import type { Models } from '../models/index.ts';
import { readByIds } from '../models/native.ts';
import { attach } from './attach.ts';
import { createNewcomers } from './newcomers.ts';
import type { ContactSeed } from './fresh.ts';
import { keysOf } from './keys-of.ts';
import type { Merges } from './merge.ts';

/** Somebody to be found by any of their identities, and what is known if they are new. */
export type Sought = { identities: readonly IdentityRef[]; seed: ContactSeed };
export type Resolved = { contact: string; clock: string; created: boolean };
type Known = Pick<Contact, '_id' | 'clock' | 'mergedInto'>;

export interface Resolver {
  /** One answer for each, in order; contacts that turn out to be one are merged. */
  resolveAll(sought: readonly Sought[]): Promise<Resolved[]>;
}

/** How often a page is looked at again after others were faster. */
const MOST_ROUNDS = 50;

/** Finds contacts by their identities, making those nobody has seen; the identities' `_id`s decide every race. */
export function createResolver({
  models,
  merges,
}: {
  models: Pick<Models, 'contacts' | 'identities'>;
  merges: Merges;
}): Resolver {
  return {
    async resolveAll(sought) {
      const answers: (Resolved | null)[] = sought.map(() => null);
      const created = new Set<string>();
      for (let round = 0; round < MOST_ROUNDS; round += 1) {
        const open = sought.flatMap((one, index) => (answers[index] ? [] : [{ ...one, index, keys: keysOf(one) }]));
        if (open.length === 0) break;
        const owners = await ownersOf(models, [...new Set(open.flatMap(({ keys }) => [...keys.keys()]))]);
        const strangers: typeof open = [];
        for (const one of open) {
          const settled = settle(one.keys, owners);
          if (settled) answers[one.index] = { ...settled, created: created.has(settled.contact) };
          else if ([...one.keys.keys()].every((key) => !owners.has(key))) strangers.push(one);
          else await attach({ models, merges }, { keys: one.keys, seed: one.seed });
        }
        for (const id of await createNewcomers(models, strangers)) created.add(id);
      }
      return answers.map((answer) => {
        if (!answer) throw new Error('A contact could not be resolved: its identities keep changing.');
        return answer;
      });
    },
  };
}

/** The contact that all of the keys point to, if they agree on one that lives. */
function settle(
  keys: ReadonlyMap<string, IdentityRef>,
  owners: ReadonlyMap<string, Owner>,
): Omit<Resolved, 'created'> | null {
  const strong = [...keys.keys()].filter((key) => owners.get(key)?.kind !== 'anonymousId');
  const deciding = strong.length > 0 ? strong : [...keys.keys()];
  const [first] = deciding.map((key) => owners.get(key));
  if (!first?.contact?.clock) return null;
  const { _id, clock } = first.contact;
  // Sample people and real ones are never merged; the surest identity then says who is meant.
  const agreed = [...keys.keys()].every((key) => {
    const owner = owners.get(key)?.contact;
    return owner?._id === _id || (owner?.clock && owner.clock !== clock);
  });
  return agreed ? { contact: first.contact._id, clock: first.contact.clock } : null;
}

type Owner = { kind: IdentityKind; contact: Known | undefined };

/** Whom each known key points to; a contact that is missing was never finished, or is being deleted. */
async function ownersOf(
  models: Pick<Models, 'contacts' | 'identities'>,
  keys: readonly string[],
): Promise<Map<string, Owner>> {
  const identities = await readByIds<Identity>(models.identities, keys, { fields: { kind: 1, contact: 1 } });
  const owners = [...new Set(identities.map(({ contact }) => contact))];
  const contacts = await readByIds<Contact, Known>(models.contacts, owners, { fields: { clock: 1, mergedInto: 1 } });
  const byId = new Map(contacts.map((contact) => [contact._id, contact]));
  return new Map(identities.map(({ _id, kind, contact }) => [_id, { kind, contact: byId.get(contact) }]));
}
