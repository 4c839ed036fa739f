import type { ContactBody } from '#shared/api/contacts.ts';
import { REAL_CLOCK } from '#shared/clock.ts';
import type { Contact } from '#shared/contact.ts';
import type { IdentityRef } from '#shared/identity.ts';
import type { Base } from '../base.ts';
import { actorName, createChanges } from '../changes.ts';
import type { Contacts } from '../contacts/contacts.ts';
import { type ContactEdit, editContact } from '../contacts/edit.ts';
import { freshContact, newContactId } from '../contacts/fresh.ts';
import { listContacts } from '../contacts/list.ts';
import { contactBody, contactRow } from '../contacts/present.ts';
import { createTags } from '../contacts/tags.ts';
import { timelineOf } from '../contacts/timeline.ts';
import type { EventNames } from '../events/names.ts';
import { createSegments } from '../segments/segments.ts';
import type { Actor, Handlers } from './handler.ts';
import { ApiProblem, notFound } from './problem.ts';
import { saneFields } from '../v1/sane.ts';

type Names =
  | 'listContacts'
  | 'createContact'
  | 'getContact'
  | 'updateContact'
  | 'deleteContact'
  | 'contactTimeline'
  | 'listTags'
  | 'listEventNames';

export type ContactHandlerDeps = {
  base: Base;
  contacts: Pick<Contacts, 'resolveAll' | 'setConsent' | 'remove'>;
  names: EventNames;
  members: { refresh(contactIds: string[]): Promise<void> };
};

/** Contacts over the API: search, page, add, change, delete, and one contact's timeline. */
export function contactHandlers({ base, contacts, names, members }: ContactHandlerDeps): Handlers<Names> {
  const { models, clocks } = base;
  const changes = createChanges(models);
  const tags = createTags(models);
  const segments = createSegments(base);

  /** The contact of this id, or who they were merged into. */
  async function living(id: string | undefined): Promise<Contact> {
    let contact = await models.contacts.findById(id).lean<Contact>();
    while (contact?.mergedInto) contact = await models.contacts.findById(contact.mergedInto).lean<Contact>();
    if (!contact) throw notFound('contact');
    return contact;
  }

  async function agree(contact: Contact, state: 'given' | 'withdrawn' | undefined, actor: Actor): Promise<void> {
    if (state === undefined) return;
    const at = await clocks.now(contact.clock ?? REAL_CLOCK);
    await contacts.setConsent({ contact: contact._id, state, source: actorName(actor), at });
  }

  async function after(id: string, actor: Actor, verb: string): Promise<ContactBody> {
    tags.forget();
    await members.refresh([id]);
    await changes.note(actor, verb, `contact:${id}`);
    return contactBody(base, await living(id));
  }

  return {
    async listContacts({ query }) {
      const { contacts: found, cursor, total } = await listContacts({ models, clocks, segments }, query);
      return { rows: found.map(contactRow), cursor, total };
    },
    async createContact({ body, actor }) {
      const id = await create(base, contacts, storable(body));
      await agree(await living(id), body.consent, actor);
      return after(id, actor, 'created');
    },
    getContact: async ({ params }) => contactBody(base, await living(params['id'])),
    async updateContact({ params, body, actor }) {
      const contact = await living(params['id']);
      await editContact(models, contact, storable(body));
      await agree(contact, body.consent, actor);
      return after(contact._id, actor, 'changed');
    },
    async deleteContact({ params, actor }) {
      const contact = await living(params['id']);
      await contacts.remove(contact._id);
      await changes.note(actor, 'deleted', `contact:${contact._id}`);
    },
    contactTimeline: async ({ params, query }) => timelineOf(base, await living(params['id']), query),
    listTags: async () => ({ rows: await tags.list() }),
    listEventNames: async () => ({ rows: await names.list() }),
  };
}

/** Traits under names that mean nothing to the database. */
function storable<Edit extends ContactEdit>(edit: Edit): Edit {
  return edit.profile ? { ...edit, profile: saneFields(edit.profile) } : edit;
}

/** @throws ApiProblem 409 when somebody is known by one of the addresses, 400 when nothing is given */
async function create({ models }: Base, contacts: ContactHandlerDeps['contacts'], edit: ContactEdit): Promise<string> {
  const profile = Object.fromEntries(Object.entries(edit.profile ?? {}).filter(([, value]) => value !== null));
  const seed = { profile, tags: edit.tags ?? [] };
  const identities: IdentityRef[] = [
    ...(edit.email ? [{ kind: 'email' as const, value: edit.email }] : []),
    ...(edit.phone ? [{ kind: 'phone' as const, value: edit.phone }] : []),
  ];
  if (identities.length === 0) {
    if (Object.keys(profile).length === 0) {
      const errors = [{ path: 'email', message: 'is missing; give an e-mail address, a phone number or a name' }];
      throw new ApiProblem(400, 'Nothing is known of this contact.', errors);
    }
    const contact = freshContact(newContactId(), [], seed);
    await models.contacts.create(contact);
    return contact._id;
  }
  const [resolved] = await contacts.resolveAll([{ identities, seed }]);
  if (!resolved?.created) {
    const errors = identities.map(({ kind }) => ({
      path: kind,
      message: 'may belong to another contact; search for it',
    }));
    throw new ApiProblem(409, 'Somebody is known by this already.', errors);
  }
  return resolved.contact;
}
