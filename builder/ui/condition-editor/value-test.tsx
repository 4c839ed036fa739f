import { ActionIcon, Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { IconFilterPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Operator, type ValueCondition } from '#shared/condition.ts';

type Props = { value: ValueCondition; pathLabel: string; onChange(value: ValueCondition): void; onRemove?: () => void };

/** A test of one value: which, how, against what. */
export function ValueTest({ value, pathLabel, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const { value: against, ...test } = value;
  const needsValue = takesValue(value.operator);
  return (
    <Group gap={6} wrap="wrap">
      <TextInput
        size="xs"
        aria-label={pathLabel}
        placeholder={pathLabel}
        value={value.path}
        error={!value.path.trim()}
        w={150}
        onChange={({ currentTarget }) => onChange({ ...value, path: currentTarget.value })}
      />
      <Select
        size="xs"
        aria-label={t('conditions.operator')}
        data={Operator.options.map((operator) => ({ value: operator, label: t(`conditions.operators.${operator}`) }))}
        value={value.operator}
        allowDeselect={false}
        w={132}
        onChange={(operator) => {
          if (!operator) return;
          const next = Operator.parse(operator);
          onChange(takesValue(next) ? { ...test, operator: next, value: against ?? '' } : { ...test, operator: next });
        }}
      />
      {needsValue && (
        <TextInput
          size="xs"
          aria-label={t('conditions.value')}
          placeholder={t('conditions.value')}
          value={String(against ?? '')}
          w={130}
          onChange={({ currentTarget }) => onChange({ ...value, value: scalarOf(currentTarget.value) })}
        />
      )}
      {onRemove && (
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          aria-label={t('conditions.removeProperty')}
          onClick={onRemove}
        >
          <IconX size={14} />
        </ActionIcon>
      )}
    </Group>
  );
}

type ListProps = { where: ValueCondition[]; onChange(where: ValueCondition[]): void };

/** Tests of an event's properties; all must hold. */
export function PropertyTests({ where, onChange }: ListProps) {
  const { t } = useTranslation();
  return (
    <Stack gap={6} align="flex-start">
      {where.map((test, index) => (
        <ValueTest
          key={index}
          value={test}
          pathLabel={t('conditions.property')}
          onChange={(changed) => onChange(where.map((each, at) => (at === index ? changed : each)))}
          onRemove={() => onChange(where.filter((_each, at) => at !== index))}
        />
      ))}
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        leftSection={<IconFilterPlus size={13} />}
        onClick={() => onChange([...where, { path: '', operator: 'equals', value: '' }])}
      >
        {t('conditions.addProperty')}
      </Button>
    </Stack>
  );
}

function takesValue(operator: Operator): boolean {
  return operator !== 'exists' && operator !== 'missing';
}

/** What was typed as the value it most likely stands for: a number, yes or no, or the text itself. */
function scalarOf(typed: string): string | number | boolean {
  if (typed === 'true') return true;
  if (typed === 'false') return false;
  const number = Number(typed);
  return typed !== '' && String(number) === typed ? number : typed;
}
