import { asCount, asDoc, decode, encode, type Doc } from '../bson/document.ts';
import { countMatches, findDocuments, type FindQuery } from '../query/find.ts';
import type { Portions } from '../query/read.ts';
import { readSort } from '../query/sort.ts';
import type { Collection } from '../storage/collection.ts';
import { inMemory } from '../commands/portions.ts';
import { Grouping } from './grouping.ts';
import { countField, runStages, stageOf, type Stage } from './stages.ts';

/** A pipeline's output. What storage can answer is streamed from it, a first $group as well; the rest is in memory. */
export function* runPipeline(collection: Collection | undefined, pipeline: readonly Doc[]): Portions<Uint8Array> {
  const stages = pipeline.map(stageOf);
  const query = takeQuery(stages);
  const counted = countedAs(stages);
  const [next] = stages;
  if (!next) {
    if (collection) yield* findDocuments(collection, query);
  } else if (counted) {
    const n = collection ? yield* counting(collection, query) : 0;
    if (n > 0) yield [encode({ ...counted.head, [counted.field]: n })];
  } else if (next.name === '$group') {
    const groups = yield* grouped(collection, query, new Grouping(asDoc(next.operand, '$group')));
    yield* inMemory(runStages(groups, stages.slice(1)));
  } else {
    const docs: Doc[] = [];
    if (collection) {
      for (const documents of findDocuments(collection, query)) {
        for (const bytes of documents) docs.push(decode(bytes));
        yield [];
      }
    }
    yield* inMemory(runStages(docs, stages));
  }
}

function* counting(collection: Collection, query: FindQuery): Generator<never[], number, void> {
  const count = countMatches(collection, query);
  for (;;) {
    const { value, done } = count.next();
    if (done) return value;
    yield [];
  }
}

function* grouped(
  collection: Collection | undefined,
  query: FindQuery,
  grouping: Grouping,
): Generator<never[], Doc[], void> {
  if (collection) {
    for (const documents of findDocuments(collection, query)) {
      grouping.add(documents.map((bytes) => grouping.read(bytes)));
      yield [];
    }
  }
  return grouping.groups();
}

/** Takes off the leading stages that make up a query, as long as they come in the order a query applies them. */
function takeQuery(stages: Stage[]): FindQuery {
  const take = (name: string): unknown => (stages[0]?.name === name ? stages.shift()?.operand : undefined);
  const filters: Doc[] = [];
  for (let filter = take('$match'); filter !== undefined; filter = take('$match'))
    filters.push(asDoc(filter, '$match'));
  const sort = readSort(take('$sort'));
  const skip = asCount(take('$skip'), '$skip', 0);
  const limit = asCount(take('$limit'), '$limit', 0);
  const filter = filters.length > 1 ? { $and: filters } : (filters[0] ?? {});
  return { filter, sort, skip, limit };
}

/** Where the stages do nothing but count, the field to count in: `$count`, or what drivers send for countDocuments. */
function countedAs([stage, ...others]: readonly Stage[]): { field: string; head: Doc } | undefined {
  if (!stage || others.length > 0) return undefined;
  if (stage.name === '$count') return { field: countField(stage.operand), head: {} };
  if (stage.name !== '$group') return undefined;
  const { _id: id, ...fields } = asDoc(stage.operand, '$group');
  const [[field, accumulator] = []] = Object.entries(fields);
  const constant = id === null || typeof id === 'number';
  const countsOnes = JSON.stringify(accumulator) === '{"$sum":1}' && Object.keys(fields).length === 1;
  return constant && countsOnes && field !== undefined ? { field, head: { _id: id } } : undefined;
}
