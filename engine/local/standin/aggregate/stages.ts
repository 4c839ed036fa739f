import { asCount, asDoc, type Doc } from '../bson/document.ts';
import { Fault } from '../faults.ts';
import { allOf, readFilter } from '../query/filter.ts';
import { readSort, sortKey } from '../query/sort.ts';
import { compute, isComputed } from './expressions.ts';
import { Grouping } from './grouping.ts';

export interface Stage {
  readonly name: string;
  readonly operand: unknown;
}

type Runner = (docs: readonly Doc[], operand: unknown) => Doc[];

const RUNNERS: Readonly<Record<string, Runner>> = {
  $match: (docs, operand) => docs.filter(allOf(readFilter(asDoc(operand, '$match')))),
  $sort: sorted,
  $skip: (docs, operand) => docs.slice(asCount(operand, '$skip', 0)),
  $limit: (docs, operand) => docs.slice(0, asCount(operand, '$limit', 0)),
  $count: (docs, operand) => (docs.length > 0 ? [{ [countField(operand)]: docs.length }] : []),
  $group: grouped,
  $sortByCount: (docs, operand) => sorted(grouped(docs, { _id: operand, count: { $sum: 1 } }), { count: -1 }),
};

/** @throws Fault for a stage that is not supported */
export function stageOf(declared: Doc): Stage {
  const [[name, operand] = ['', undefined], ...others] = Object.entries(declared);
  if (others.length > 0) throw new Fault('BadValue', 'a pipeline stage must have just one field');
  if (name in RUNNERS || isComputed(name)) return { name, operand };
  throw new Fault('BadValue', `Unrecognized or unsupported pipeline stage name: '${name}'`);
}

/** Sends documents through stages one after the other. */
export function runStages(docs: readonly Doc[], stages: readonly Stage[]): readonly Doc[] {
  return stages.reduce((input, { name, operand }) => {
    const runner = RUNNERS[name];
    return runner ? runner(input, operand) : compute(input, name, operand);
  }, docs);
}

/** The name of the field that `$count` writes to. @throws Fault for what is no field name */
export function countField(operand: unknown): string {
  if (typeof operand === 'string' && /^[^$.]+$/.test(operand)) return operand;
  throw new Fault('BadValue', '$count needs the name of a field');
}

function grouped(docs: readonly Doc[], operand: unknown): Doc[] {
  const grouping = new Grouping(asDoc(operand, '$group'));
  grouping.add(docs);
  return grouping.groups();
}

function sorted(docs: readonly Doc[], operand: unknown): Doc[] {
  const sort = readSort(operand);
  const keyed = docs.map((doc) => ({ doc, key: sortKey(doc, sort) }));
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ doc }) => doc);
}
