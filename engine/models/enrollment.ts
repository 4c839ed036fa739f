import type { Enrollment, Passage } from '#shared/enrollment.ts';
import { instant, type ModelDefinition, nested, text, texts, truth, whole } from './model.ts';

export const enrollmentModel: ModelDefinition<Enrollment> = {
  collection: 'enrollments',
  fields: {
    journey: text,
    plan: text,
    contact: text,
    clock: text,
    key: text,
    occasion: text,
    slot: text,
    state: text,
    node: text,
    since: instant,
    due: instant,
    until: instant,
    awaits: texts,
    registered: truth,
    group: text,
    batch: text,
    seq: whole,
    path: nested,
    countsFrom: instant,
    listensFrom: instant,
    releasedBy: text,
    enteredAt: instant,
    entryEvent: text,
    endedAt: instant,
    ending: nested,
    goal: nested,
  },
  indexes: [
    [{ slot: 1 }, { unique: true }],
    [{ group: 1, _id: 1 }],
    [{ plan: 1, due: 1, group: 1 }],
    [{ contact: 1 }],
    [{ journey: 1, state: 1, node: 1, _id: 1 }],
    [{ journey: 1, 'goal.at': 1 }],
  ],
};

export const passageModel: ModelDefinition<Passage> = {
  collection: 'passages',
  fields: { journey: text, plan: text, node: text, at: instant, edges: nested },
  indexes: [[{ journey: 1, at: 1 }]],
};
