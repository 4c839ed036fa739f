import { z } from 'zod';
import { Traits } from './contact.ts';

/** A company (or another group of people) as `group` calls tell of it; who belongs to it stands on the contacts. */
export const Company = z.object({
  /** The caller's group id. */
  _id: z.string(),
  traits: Traits,
  /** The time of the latest call that told something. */
  toldAt: z.date(),
  /** Rises with every change; changes are compare-and-set on it. */
  revision: z.number().int(),
});
export type Company = z.infer<typeof Company>;
