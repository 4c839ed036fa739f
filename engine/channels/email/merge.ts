import type { Contact } from '#shared/contact.ts';
import type { Sender } from '#shared/sender.ts';
import type { Outgoing } from '../../deliveries.ts';
import { Day, fill } from './liquid.ts';

/** Everything a message may print. */
export type MergeSource = {
  contact: Pick<Contact, 'profile' | 'name' | 'email'>;
  sender: Sender;
  company: string;
  /** Deadlines are reckoned in the workspace's zone, so they are printed in it too: "end of April" reads April 30. */
  zone: string;
  language: string;
  journey: string;
  step: { id: string; name: string } | null;
  coupons: Outgoing['coupons'];
  ask: Pick<NonNullable<Outgoing['ask']>, 'label' | 'link' | 'until'> | null;
  unsubscribe: string;
};

/** What merge tags see: plain values of one person, nothing that could be called or written to. */
export function mergeContext(source: MergeSource): Record<string, unknown> {
  const { contact, sender, company, zone, language, journey, step, coupons, ask, unsubscribe } = source;
  const day = (at: Date | null) => at && new Day(at, { zone, language });
  const printed = Object.fromEntries(
    Object.entries(coupons).map(([id, { code, deadline }]) => [id, { code, deadline: day(deadline) }]),
  );
  const context = {
    timeZone: zone,
    contact: personOf(contact),
    // The step's own coupon, else the last one given before.
    coupon: (step && printed[step.id]) ?? Object.values(printed).at(-1) ?? null,
    coupons: printed,
    journey: { name: journey },
    step: { name: step?.name ?? '' },
    sender: { name: sender.name, email: sender.email, postalAddress: sender.postalAddress },
    company,
    unsubscribe,
  };
  if (!ask) return { ...context, cta: null };
  const link = fill('text', ask.link, context).trim();
  return { ...context, cta: { label: fill('text', ask.label, context), link, deadline: day(ask.until) } };
}

function personOf({ profile, name, email }: MergeSource['contact']): Record<string, unknown> {
  const [first = '', ...rest] = name.split(/\s+/).filter((word) => word !== email);
  return {
    ...profile,
    firstName: profile['firstName'] ?? profile['first_name'] ?? first,
    lastName: profile['lastName'] ?? profile['last_name'] ?? rest.join(' '),
    name: name === email ? '' : name,
    email: email ?? '',
  };
}
