import type { Enrollment } from '#shared/enrollment.ts';
import type { Reentry } from '#shared/journey.ts';

/** What identifies a journey's run of a contact: the slot while it is active. */
export function slotOf({ journey, contact, key }: Pick<Enrollment, 'journey' | 'contact' | 'key'>): string {
  return `${journey}:${contact}:${key}`;
}

/** The slot of a run that ends: left as it is where the re-entry rule bars, as a merge may have moved it; else freed at once. */
export function endedSlot({ _id }: Enrollment, reentry: Reentry): Partial<Enrollment> {
  return reentry.kind === 'afterEnd' ? { slot: _id } : {};
}

/** What a row looks like once it no longer waits nor belongs to a group. */
export const atRest = {
  group: null,
  due: null,
  until: null,
  awaits: [],
  registered: false,
} satisfies Partial<Enrollment>;

/** What a row looks like on arrival at a node, still in its group. */
export function arrivedAt(node: string, at: Date): Partial<Enrollment> {
  return { node, since: at, until: null, awaits: [], registered: false };
}
