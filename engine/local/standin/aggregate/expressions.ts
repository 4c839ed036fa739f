import { Aggregator } from 'mingo/aggregator';
import { Context } from 'mingo/core';
import * as accumulators from 'mingo/operators/accumulator';
import * as expressions from 'mingo/operators/expression';
import { $addFields, $project, $replaceRoot, $replaceWith, $set, $unset, $unwind } from 'mingo/operators/pipeline';
import type { Doc } from '../bson/document.ts';

/** The stages that mingo runs: those that compute documents from documents, one by one. */
const STAGES = { $addFields, $project, $replaceRoot, $replaceWith, $set, $unset, $unwind };

/** Whether `compute` runs a stage. */
export function isComputed(stage: string): boolean {
  return stage in STAGES;
}

const CONTEXT = Context.init({ accumulator: accumulators, expression: expressions, pipeline: STAGES });

/** Runs one such stage. No script of a client is ever run. */
export function compute(docs: readonly Doc[], stage: string, operand: unknown): Doc[] {
  return new Aggregator([{ [stage]: operand }], { context: CONTEXT, scriptEnabled: false }).run<Doc>([...docs]);
}
