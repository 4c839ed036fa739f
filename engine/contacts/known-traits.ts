import type { Contact, Traits } from '#shared/contact.ts';
import { type IdentityRef, isEmailAddress } from '#shared/identity.ts';

/** A trait as text: texts as they are, numbers written out, anything else not at all. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** The address among traits, if it can be one. */
export function emailOf(traits: Traits): string | null {
  const text = textOf(traits['email']);
  return text !== null && isEmailAddress(text) ? text.toLowerCase() : null;
}

/** The identities that traits name. */
export function identitiesIn(traits: Traits): IdentityRef[] {
  const email = emailOf(traits);
  const phone = textOf(traits['phone']);
  return [
    ...(email === null ? [] : [{ kind: 'email' as const, value: email }]),
    ...(phone === null || !/\d/.test(phone) ? [] : [{ kind: 'phone' as const, value: phone }]),
  ];
}

/** A person's name as traits give it, whole or in parts, in the spellings of Segment and of common shops. */
export function nameOf(profile: Traits): string {
  const whole = textOf(profile['name']);
  if (whole !== null) return whole;
  const first = textOf(profile['firstName'] ?? profile['first_name']);
  const last = textOf(profile['lastName'] ?? profile['last_name']);
  return [first, last].filter((part) => part !== null).join(' ');
}

/** The contact's time zone by their traits, or what was known before. */
export function timeZoneOf(contact: Contact, profile: Traits): string | null {
  const named = textOf(profile['timezone'] ?? profile['timeZone']);
  return named !== null && isTimeZone(named) ? named : contact.timeZone;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Whether traits say that this person agreed to be mailed; null: they say nothing. */
export function consentIn(traits: Traits): boolean | null {
  const said = traits['consent'] ?? traits['subscribed'];
  if (typeof said === 'boolean') return said;
  if (said === 'true' || said === 'false') return said === 'true';
  return null;
}
