import { type Condition, type GroupCondition, isGroup } from '#shared/condition.ts';
import { ConditionGroup } from './group.tsx';

type Props = { value: Condition; onChange(value: Condition): void };

/** Nested and/or conditions over profile, tags, stage, consent and events. A lone condition is shown as a group of one. */
export function ConditionEditor({ value, onChange }: Props) {
  return <ConditionGroup value={asGroup(value)} depth={0} onChange={onChange} />;
}

function asGroup(condition: Condition): GroupCondition {
  return isGroup(condition) ? condition : { kind: 'all', of: [condition] };
}
