import type { Contact } from '#shared/contact.ts';
import { nameOf } from './known-traits.ts';

const LONGEST_TERM = 100;
const MOST_TERMS = 12;

/** The contact's name, and the lower-cased beginnings by which they are found. */
export function searchTerms({
  profile,
  email,
  phone,
  userId,
}: Pick<Contact, 'profile' | 'email' | 'phone' | 'userId'>): Pick<Contact, 'name' | 'search'> {
  const name = nameOf(profile).slice(0, 200);
  const terms = [name, email, phone, phone?.replace(/[\s().-]/g, ''), userId, ...name.split(/\s+/)];
  const lower = terms.map((term) => (term ?? '').toLowerCase().trim().slice(0, LONGEST_TERM));
  return { name, search: [...new Set(lower.filter((term) => term !== ''))].slice(0, MOST_TERMS) };
}
