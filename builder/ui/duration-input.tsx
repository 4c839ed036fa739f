import { Group, Input, NumberInput, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Duration, DurationUnit } from '#shared/duration.ts';

type Props = {
  label: string;
  description?: string;
  value: Duration;
  onChange(value: Duration): void;
  hidden?: 'label';
};

/** A length of time: how many of which unit. `hidden: 'label'` leaves the label to screen readers. */
export function DurationInput({ label, description, value, onChange, hidden }: Props) {
  const { t } = useTranslation();
  return (
    <Input.Wrapper description={description} {...(hidden ? {} : { label, labelElement: 'div' as const })}>
      <Group gap={6} wrap="nowrap">
        <NumberInput
          aria-label={label}
          value={value.amount}
          min={0}
          max={100_000}
          allowDecimal={false}
          w={76}
          onChange={(amount) => typeof amount === 'number' && onChange({ ...value, amount })}
        />
        <Select
          aria-label={`${label}: ${t('units.label')}`}
          data={DurationUnit.options.map((unit) => ({ value: unit, label: t(`units.${unit}`) }))}
          value={value.unit}
          allowDeselect={false}
          w={112}
          onChange={(unit) => unit && onChange({ ...value, unit })}
        />
      </Group>
    </Input.Wrapper>
  );
}
