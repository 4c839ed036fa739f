import type { Traits } from '#shared/contact.ts';
import type { Money } from '#shared/money.ts';

/** An event that the product itself records; `at` is on the contact's clock, `id` makes a repeat the same event. */
export type OwnEvent = {
  id: string;
  name: string;
  contact: string;
  at: Date;
  properties: Traits;
  value?: Money | null;
};
