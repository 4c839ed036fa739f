import type { Contact } from '#shared/contact.ts';
import type { Models } from '../models/index.ts';
import { readByIds } from '../models/native.ts';

/** How long contacts once read are trusted; who is mailed is looked at again after the claim, whatever this says. */
const TRUST_MS = 1_000;

/** What a walk asks of a contact. A step that judges people reads more, and who mails them reads them again. */
export type Walker = Pick<Contact, '_id' | 'clock' | 'email' | 'timeZone'>;

/** The contacts of a page of people, read at the first node and again where the last took a while and that matters. */
export interface ContactReading {
  /** By id; who is missing is deleted. `trustMs` is how old what was read may be. */
  of(ids: readonly string[], trustMs?: number): Promise<Map<string, Walker>>;
}

/** Begins with nothing read. */
export function createContactReading({ contacts }: Pick<Models, 'contacts'>): ContactReading {
  let asked = new Set<string>();
  let known = new Map<string, Walker>();
  let readAt = 0;
  return {
    async of(ids, trustMs = TRUST_MS) {
      if (Date.now() - readAt < trustMs && ids.every((id) => asked.has(id))) return known;
      asked = new Set(ids);
      readAt = Date.now();
      const fields = { clock: 1, email: 1, timeZone: 1 } as const;
      const rows = await readByIds<Contact, Walker>(contacts, [...asked], { fields });
      known = new Map(rows.map((contact) => [contact._id, contact]));
      return known;
    },
  };
}
