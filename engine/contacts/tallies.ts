import type { Event } from '#shared/event.ts';
import type { StageRule } from '#shared/stage.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';
import { type Counted, Tally } from './summarise.ts';

/** What some contacts did so far, from all their events, in one query; only name, time and value are read. */
export async function talliesOf(
  models: Pick<Models, 'events'>,
  contactIds: readonly string[],
  rules: readonly StageRule[],
): Promise<{ tallies: Map<string, Tally>; names: Set<string> }> {
  const tallies = new Map(contactIds.map((id) => [id, new Tally(rules)]));
  const names = new Set<string>();
  const events = nativeOf(models.events)
    .find({ contact: { $in: [...contactIds] } }, { batchSize: 5_000 })
    .project<Counted & Pick<Event, 'contact'>>({ _id: 0, contact: 1, name: 1, at: 1, value: 1 });
  for await (const event of events) {
    tallies.get(event.contact)?.add(event);
    names.add(event.name);
  }
  return { tallies, names };
}
