import { type Condition, isGroup, type LeafCondition } from '#shared/condition.ts';
import { durationMs } from '#shared/duration.ts';
import type { SeenEvent, Subject } from '#shared/evaluate.ts';

/** A second, plainest reading of conditions: counts the events one by one and knows no summaries. */
export function oracle(condition: Condition, subject: Subject & { events: SeenEvent[] }, now: Date): boolean {
  if (!isGroup(condition)) return leaf(condition, subject, now);
  const parts = condition.of.map((part) => oracle(part, subject, now));
  return condition.kind === 'all' ? !parts.includes(false) : parts.includes(true);
}

function leaf(condition: LeafCondition, subject: Subject & { events: SeenEvent[] }, now: Date): boolean {
  if (condition.kind === 'tag') return subject.tags.includes(condition.tag) === condition.has;
  if (condition.kind === 'consent') return (subject.consent.email.state === 'given') === condition.given;
  if (condition.kind === 'stage') {
    const raised = subject.stage === 'convert';
    if (condition.comparison === 'is') return subject.stage === condition.stage;
    return (condition.comparison === 'atLeast') === (raised || condition.stage === 'awareness');
  }
  if (condition.kind === 'profile') {
    const own = subject.profile[condition.path];
    const wanted = condition.value;
    if (condition.operator === 'exists') return own !== undefined;
    if (condition.operator === 'missing') return own === undefined;
    if (condition.operator === 'equals') return String(own) === String(wanted);
    if (condition.operator === 'notEquals') return String(own) !== String(wanted);
    if (condition.operator === 'greaterThan') return Number(own) > Number(wanted);
    if (condition.operator === 'lessThan') return Number(own) < Number(wanted);
    const text = typeof own === 'string' ? own.toLowerCase() : '';
    const sought = String(wanted).toLowerCase();
    return condition.operator === 'contains' ? text.includes(sought) : text.startsWith(sought);
  }
  let tally = 0;
  for (const event of subject.events) {
    if (event.name !== condition.event || event.at > now) continue;
    if (condition.within && event.at.getTime() < now.getTime() - durationMs(condition.within)) continue;
    if (condition.where.some(({ path, value }) => event.properties[path] !== value)) continue;
    tally += condition.kind === 'count' ? 1 : (event.value?.minor ?? 0);
  }
  const than = condition.kind === 'count' ? condition.times : condition.minor;
  const verdicts = {
    exactly: tally === than,
    atLeast: tally >= than,
    atMost: tally <= than,
    moreThan: tally > than,
    lessThan: tally < than,
  };
  return verdicts[condition.comparison];
}
