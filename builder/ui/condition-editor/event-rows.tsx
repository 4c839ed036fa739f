import { Box, Group, NumberInput, Select, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Comparison, type LeafCondition } from '#shared/condition.ts';
import type { Duration } from '#shared/duration.ts';
import { minorDigits, toMinor } from '#shared/money.ts';
import { useRead } from '../../api.ts';
import { DurationInput } from '../duration-input.tsx';
import { EventNameInput } from '../event-name-input.tsx';
import { PropertyTests } from './value-test.tsx';

type Count = Extract<LeafCondition, { kind: 'count' }>;
type Sum = Extract<LeafCondition, { kind: 'sum' }>;
type RowProps<Condition> = { value: Condition; onChange(value: Condition): void };

/** "Order Completed exactly 1 time within 90 days". */
export function CountRow({ value, onChange }: RowProps<Count>) {
  const { t } = useTranslation();
  return (
    <>
      <EventNameInput size="xs" w={170} value={value.event} onChange={(event) => onChange({ ...value, event })} />
      <ComparisonSelect value={value.comparison} onChange={(comparison) => onChange({ ...value, comparison })} />
      <Group gap={4} wrap="nowrap">
        <NumberInput
          size="xs"
          aria-label={t('conditions.howOften')}
          value={value.times}
          min={0}
          allowDecimal={false}
          w={64}
          onChange={(times) => typeof times === 'number' && onChange({ ...value, times })}
        />
        <Text size="xs">{t('conditions.times', { count: value.times })}</Text>
      </Group>
      <Narrowing value={value} onChange={(narrowed) => onChange({ ...value, ...narrowed })} />
    </>
  );
}

/** "No Order Completed for 30 days": exactly none within that time. */
export function SilenceRow({ value, onChange }: RowProps<Count>) {
  const { t } = useTranslation();
  return (
    <>
      <EventNameInput size="xs" w={170} value={value.event} onChange={(event) => onChange({ ...value, event })} />
      <Group gap={6} wrap="nowrap">
        <Text size="xs">{t('conditions.for')}</Text>
        <DurationInput
          label={t('conditions.silentFor')}
          hidden="label"
          value={value.within ?? { amount: 30, unit: 'day' }}
          onChange={(within) => onChange({ ...value, within })}
        />
      </Group>
      <Box w="100%">
        <PropertyTests where={value.where} onChange={(where) => onChange({ ...value, where })} />
      </Box>
    </>
  );
}

/** "Order Completed worth more than 100". */
export function SumRow({ value, onChange }: RowProps<Sum>) {
  const { t } = useTranslation();
  const currency = useRead('getSettings').data?.currency ?? 'USD';
  const digits = minorDigits(currency);
  return (
    <>
      <EventNameInput size="xs" w={170} value={value.event} onChange={(event) => onChange({ ...value, event })} />
      <ComparisonSelect value={value.comparison} onChange={(comparison) => onChange({ ...value, comparison })} />
      <NumberInput
        size="xs"
        aria-label={t('conditions.amount')}
        value={value.minor / 10 ** digits}
        decimalScale={digits}
        thousandSeparator=","
        suffix={` ${currency}`}
        w={120}
        onChange={(amount) => typeof amount === 'number' && onChange({ ...value, minor: toMinor(amount, currency) })}
      />
      <Narrowing value={value} onChange={(narrowed) => onChange({ ...value, ...narrowed })} />
    </>
  );
}

/** Within which time, and which of the events. */
function Narrowing({ value, onChange }: RowProps<Pick<Count, 'within' | 'where'>>) {
  const { within, where } = value;
  return (
    <>
      <WithinSelect value={within} onChange={(changed) => onChange({ within: changed, where })} />
      <Box w="100%">
        <PropertyTests where={where} onChange={(changed) => onChange({ within, where: changed })} />
      </Box>
    </>
  );
}

function ComparisonSelect({ value, onChange }: RowProps<Comparison>) {
  const { t } = useTranslation();
  return (
    <Select
      size="xs"
      aria-label={t('conditions.comparison')}
      data={Comparison.options.map((each) => ({ value: each, label: t(`conditions.comparisons.${each}`) }))}
      value={value}
      allowDeselect={false}
      w={112}
      onChange={(chosen) => chosen && onChange(Comparison.parse(chosen))}
    />
  );
}

function WithinSelect({ value, onChange }: RowProps<Duration | null>) {
  const { t } = useTranslation();
  return (
    <Group gap={6} wrap="nowrap">
      <Select
        size="xs"
        aria-label={t('conditions.when')}
        data={[
          { value: 'ever', label: t('conditions.ever') },
          { value: 'within', label: t('conditions.within') },
        ]}
        value={value ? 'within' : 'ever'}
        allowDeselect={false}
        w={104}
        onChange={(when) => onChange(when === 'within' ? { amount: 30, unit: 'day' } : null)}
      />
      {value && <DurationInput label={t('conditions.within')} hidden="label" value={value} onChange={onChange} />}
    </Group>
  );
}
