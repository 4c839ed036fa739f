import type { z } from 'zod';
import type { DryRun, ImportConsent, ImportMapping } from '#shared/api/imports.ts';
import { keysOf } from '../contacts/keys-of.ts';
import type { Models } from '../models/index.ts';
import type { StoredUpload } from '../models/import.ts';
import { csvRows } from './csv-rows.ts';
import { type Mapped, rowMapper } from './map-row.ts';

type Deps = { models: Pick<Models, 'identities'>; pathOf(id: string): string };
type Plan = { mapping: z.infer<typeof ImportMapping>; consent: z.infer<typeof ImportConsent> };

/** How many rows are looked at; more would keep people waiting. */
const LOOKED_AT_ROWS = 20_000;
const SHOWN_ERRORS = 20;
const SHOWN_ROWS = 5;
const PAGE_KEYS = 1_000;

/** What an import would do, by its first rows. Changes nothing. */
export async function dryRun(deps: Deps, upload: StoredUpload, { mapping, consent }: Plan): Promise<DryRun> {
  const { delimiter, columns, headerBytes, headerLines, _id } = upload;
  const mapper = rowMapper(mapping, consent, columns);
  const answer: DryRun = {
    rows: 0,
    whole: true,
    good: 0,
    bad: 0,
    newContacts: 0,
    knownContacts: 0,
    errors: [],
    preview: [],
  };
  /** Every person of the file once, by their surest identity, with all the keys that may find them. */
  const people = new Map<string, string[]>();
  for await (const batch of csvRows(deps.pathOf(_id), delimiter, { offset: headerBytes, line: headerLines + 1 })) {
    for (const row of batch) {
      if (answer.rows === LOOKED_AT_ROWS) answer.whole = false;
      if (!answer.whole) break;
      answer.rows += 1;
      const mapped = mapper(row);
      if ('reason' in mapped) {
        answer.bad += 1;
        if (answer.errors.length < SHOWN_ERRORS) answer.errors.push({ line: row.line, reason: mapped.reason });
        continue;
      }
      answer.good += 1;
      if (answer.preview.length < SHOWN_ROWS) answer.preview.push(previewOf(mapped));
      const keys = [...keysOf(mapped).keys()];
      if (keys[0] !== undefined) people.set(keys[0], keys);
    }
    if (!answer.whole) break;
  }
  answer.knownContacts = await countKnown(deps, [...people.values()]);
  answer.newContacts = people.size - answer.knownContacts;
  return answer;
}

async function countKnown({ models }: Deps, people: readonly string[][]): Promise<number> {
  let known = 0;
  for (let start = 0; start < people.length; start += PAGE_KEYS) {
    const page = people.slice(start, start + PAGE_KEYS);
    const rows = await models.identities.find({ _id: { $in: page.flat() } }, { _id: 1 }).lean<{ _id: string }[]>();
    const found = new Set(rows.map(({ _id }) => _id));
    known += page.filter((keys) => keys.some((key) => found.has(key))).length;
  }
  return known;
}

function previewOf({ identities, profile, tags, agreed, event }: Mapped): Record<string, unknown> {
  const person = Object.fromEntries(identities.map(({ kind, value }) => [kind, value]));
  if (!event) return { ...person, ...profile, tags, consent: agreed };
  const { name, at, value, properties } = event;
  return { ...person, event: name, at: at.toISOString(), value, ...properties, consent: agreed };
}
