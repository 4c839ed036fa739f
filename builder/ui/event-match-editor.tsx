import { Stack } from '@mantine/core';
import type { EventMatch } from '#shared/condition.ts';
import { EventNameInput } from './event-name-input.tsx';
import { PropertyTests } from './condition-editor/value-test.tsx';

type Props = { label: string; value: EventMatch; onChange(value: EventMatch): void; error?: string | null };

/** Which events count: a name, and tests of their properties. */
export function EventMatchEditor({ label, value, onChange, error = null }: Props) {
  return (
    <Stack gap={6}>
      <EventNameInput
        label={label}
        value={value.event}
        error={error}
        onChange={(event) => onChange({ ...value, event })}
      />
      <PropertyTests where={value.where} onChange={(where) => onChange({ ...value, where })} />
    </Stack>
  );
}
