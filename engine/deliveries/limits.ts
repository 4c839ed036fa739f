import type { Sender } from '#shared/sender.ts';

/** So many mails a second, for whatever has this id: a sender, or a sender's mails to one domain. */
export type Limit = { id: string; perSecond: number };

/** The limits that a mail has to keep to, the narrower first; none where none is set. */
export function limitsOf({ _id, limits: { perSecond, domains } }: Sender, address: string): Limit[] {
  if (perSecond === null && domains.length === 0) return [];
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  const own = domains.find((one) => one.domain === domain);
  return [
    ...(own ? [{ id: `${_id}|${domain}`, perSecond: own.perSecond }] : []),
    ...(perSecond === null ? [] : [{ id: `${_id}|`, perSecond }]),
  ];
}
