import { isDeepStrictEqual } from 'node:util';
import type { Company } from '#shared/company.ts';
import type { Event } from '#shared/event.ts';
import { insertNew } from '../models/insert-new.ts';
import type { Models } from '../models/index.ts';
import { nativeOf } from '../models/native.ts';
import { textOf } from './known-traits.ts';

type Telling = Pick<Event, 'kind' | 'at' | 'properties'>;

/** The company that a `group` call puts its contact in; null for any other event. */
export function companyIn({ kind, properties }: Pick<Event, 'kind' | 'properties'>): string | null {
  return kind === 'group' ? textOf(properties['id']) : null;
}

/** Writes the companies that some events tell of, the traits of later calls over those of earlier ones. Repeatable. */
export async function writeCompanies(models: Pick<Models, 'companies'>, events: readonly Telling[]): Promise<void> {
  const byCompany = Map.groupBy(events, companyIn);
  for (const [id, told] of byCompany) if (id !== null) await writeCompany(models, id, told);
}

async function writeCompany({ companies }: Pick<Models, 'companies'>, id: string, told: Telling[]): Promise<void> {
  const unknown = { _id: id, traits: {}, toldAt: new Date(0), revision: 0 };
  for (;;) {
    const found = await nativeOf(companies).findOne<Company>({ _id: id });
    const known = found ?? unknown;
    const next = told.toSorted((a, b) => a.at.getTime() - b.at.getTime()).reduce(withTraits, known);
    if (found && isDeepStrictEqual(next, known)) return;
    const changed = { ...next, revision: known.revision + 1 };
    if (!found && (await insertNew(companies, [changed])).length === 1) return;
    const { _id, ...fields } = changed;
    const { matchedCount } = await nativeOf(companies).updateOne({ _id, revision: known.revision }, { $set: fields });
    if (matchedCount === 1) return;
  }
}

function withTraits(company: Company, { at, properties }: Telling): Company {
  const { id: _, ...traits } = properties;
  if (at < company.toldAt) return { ...company, traits: { ...traits, ...company.traits } };
  return { ...company, traits: { ...company.traits, ...traits }, toldAt: at };
}
