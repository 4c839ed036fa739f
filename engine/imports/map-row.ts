import type { ImportConsent, ImportMapping } from '#shared/api/imports.ts';
import type { Traits } from '#shared/contact.ts';
import { type IdentityRef, isEmailAddress } from '#shared/identity.ts';
import { type Money, toMinor } from '#shared/money.ts';
import { saneFields } from '../v1/sane.ts';
import { cellTemplate, type CellTemplate } from './cell-template.ts';
import type { CsvRow } from './csv-rows.ts';
import { amountOf, instantOf, isYes, scalarOf } from './values.ts';

/** What a row says happened; `id` is null where the row's place in the file is all that tells it apart. */
export type MappedEvent = { id: string | null; name: string; at: Date; value: Money | null; properties: Traits };
/** What a row says: of whom, what is known of them, whether they agreed, and what they did. */
export type Mapped = {
  identities: IdentityRef[];
  profile: Traits;
  tags: string[];
  agreed: boolean;
  event: MappedEvent | null;
};
export type RowMapper = (row: CsvRow) => Mapped | { reason: string };

/** A mapping that cannot be followed, by field. */
export class MappingProblem extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.name = 'MappingProblem';
    this.path = path;
  }
}

/**
 * Prepares a mapping for a file's rows.
 * @throws MappingProblem naming the field that cannot be followed
 */
export function rowMapper(mapping: ImportMapping, consent: ImportConsent, columns: readonly string[]): RowMapper {
  const template = (path: string, text: string) => {
    try {
      return cellTemplate(text, columns);
    } catch (error) {
      throw new MappingProblem(path, error instanceof Error ? error.message : String(error));
    }
  };
  const one = <Name extends string>(name: Name, text: string) => template(`mapping.${name}`, text);
  const many = (name: string, texts: Record<string, string>): [string, CellTemplate][] =>
    Object.entries(saneFields(texts)).map(([key, text]) => [key, template(`mapping.${name}.${key}`, String(text))]);

  const email = one('email', mapping.email);
  const phone = one('phone', mapping.phone);
  const userId = one('userId', mapping.userId);
  const agreed = agreement(consent, columns);
  const traits = mapping.kind === 'contacts' ? many('profile', mapping.profile) : [];
  const eventOf = mapping.kind === 'events' ? eventMapper(mapping, one, many) : null;

  const map = ({ cells }: { cells: string[] }): Mapped | { reason: string } => {
    if (cells.length !== columns.length) {
      return { reason: `The row has ${cells.length} columns and the header ${columns.length}.` };
    }
    const identities = identitiesOf(email(cells), phone(cells), userId(cells));
    if ('reason' in identities) return identities;
    const event = eventOf?.(cells) ?? null;
    if (event && 'reason' in event) return event;
    const profile = filled(traits, cells, (text) => text);
    const tags = mapping.kind === 'contacts' ? mapping.tags : [];
    return { identities: identities.refs, profile, tags, agreed: agreed(cells), event };
  };
  return (row) => {
    if ('problem' in row) return { reason: row.problem };
    try {
      return map(row);
    } catch (error) {
      // What a template trips over in a row is that row's.
      return { reason: `The mapping fails here: ${error instanceof Error ? error.message : String(error)}` };
    }
  };
}

function identitiesOf(email: string, phone: string, userId: string): { refs: IdentityRef[] } | { reason: string } {
  if (email !== '' && !isEmailAddress(email)) return { reason: `“${shortened(email)}” is not an e-mail address.` };
  if (phone !== '' && !/\d{3}/.test(phone)) return { reason: `“${shortened(phone)}” is not a phone number.` };
  if (userId.length > 200 || phone.length > 40) return { reason: 'The user id or phone number is too long.' };
  const refs: IdentityRef[] = [];
  if (userId !== '') refs.push({ kind: 'userId', value: userId });
  if (email !== '') refs.push({ kind: 'email', value: email });
  if (phone !== '') refs.push({ kind: 'phone', value: phone });
  return refs.length > 0 ? { refs } : { reason: 'The row names nobody: no e-mail, phone or user id.' };
}

function eventMapper(
  mapping: Extract<ImportMapping, { kind: 'events' }>,
  one: (name: string, text: string) => CellTemplate,
  many: (name: string, texts: Record<string, string>) => [string, CellTemplate][],
): (cells: readonly string[]) => MappedEvent | { reason: string } {
  if (mapping.event.trim() === '') throw new MappingProblem('mapping.event', 'An event needs a name.');
  if (mapping.at.trim() === '') throw new MappingProblem('mapping.at', 'An event needs a time.');
  const [event, at, id, value] = [
    one('event', mapping.event),
    one('at', mapping.at),
    one('id', mapping.id),
    one('value', mapping.value),
  ];
  const properties = many('properties', mapping.properties);
  return (cells) => {
    const name = event(cells).slice(0, 200);
    if (name === '') return { reason: 'The event has no name.' };
    const instant = instantOf(at(cells));
    if (!instant)
      return { reason: `“${shortened(at(cells))}” is not a date; write it like 1997-04-30 or 1997-04-30T12:00Z.` };
    const worth = value(cells);
    const amount = worth === '' ? null : amountOf(worth);
    if (worth !== '' && amount === null) return { reason: `“${shortened(worth)}” is not an amount.` };
    const money = amount === null ? null : { minor: toMinor(amount, mapping.currency), currency: mapping.currency };
    return { id: id(cells) || null, name, at: instant, value: money, properties: filled(properties, cells, scalarOf) };
  };
}

/** Values that are there, by name; empty cells say nothing. */
function filled<T>(templates: [string, CellTemplate][], cells: readonly string[], as: (text: string) => T) {
  const values = templates.map(([name, template]): [string, string] => [name, template(cells)]);
  return Object.fromEntries(
    values.filter(([, text]) => text !== '').map(([name, text]): [string, T] => [name, as(text)]),
  );
}

function agreement(consent: ImportConsent, columns: readonly string[]): (cells: readonly string[]) => boolean {
  if (consent.kind !== 'column') return () => consent.kind === 'all';
  const place = columns.indexOf(consent.column);
  if (place === -1) throw new MappingProblem('consent.column', `There is no column “${consent.column}”.`);
  return (cells) => isYes(cells[place] ?? '');
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
