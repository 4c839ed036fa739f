import { ActionIcon, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconArrowsSplit2, IconTrash } from '@tabler/icons-react';
import { nanoid } from 'nanoid';
import { useTranslation } from 'react-i18next';
import type { BranchStep, BranchWay } from '#shared/steps/branch.ts';
import { AddButton } from '../ui/add-button.tsx';
import { ConditionEditor } from '../ui/condition-editor/index.tsx';
import { Field } from '../ui/field.tsx';
import type { StepFace, StepFormProps } from './face.ts';

export const branch: StepFace<BranchStep> = { icon: IconArrowsSplit2, color: 'cyan', palette: 50, Form: BranchForm };

const MOST_WAYS = 10;

function BranchForm({ step, onChange }: StepFormProps<BranchStep>) {
  const { t } = useTranslation();
  const change = (ways: BranchWay[]) => onChange({ ...step, ways });
  return (
    <Stack gap="md">
      {step.ways.map((way, index) => (
        <Stack key={way.id} gap={6}>
          <Group gap={4} wrap="nowrap" align="flex-end">
            <Field path={`ways.${index}.label`}>
              {(error) => (
                <TextInput
                  label={t('steps.branch.way', { number: index + 1 })}
                  value={way.label}
                  error={error ?? !way.label.trim()}
                  onChange={({ currentTarget }) =>
                    change(step.ways.with(index, { ...way, label: currentTarget.value }))
                  }
                />
              )}
            </Field>
            <WayButtons
              first={index === 0}
              last={index === step.ways.length - 1}
              onUp={() => change(swapped(step.ways, index - 1))}
              onDown={() => change(swapped(step.ways, index))}
              onRemove={() => change(step.ways.filter(({ id }) => id !== way.id))}
            />
          </Group>
          <Field path={`ways.${index}.condition`}>
            {(error) => (
              <>
                <ConditionEditor
                  value={way.condition}
                  onChange={(condition) => change(step.ways.with(index, { ...way, condition }))}
                />
                {error && (
                  <Text size="xs" c="red" mt={4}>
                    {error}
                  </Text>
                )}
              </>
            )}
          </Field>
        </Stack>
      ))}
      <AddButton
        disabled={step.ways.length >= MOST_WAYS}
        onClick={() => change([...step.ways, newWay(t('steps.branch.newWay', { number: step.ways.length + 1 }))])}
      >
        {t('steps.branch.addWay')}
      </AddButton>
      <Text size="xs" c="dimmed">
        {t('steps.branch.elseHint')}
      </Text>
    </Stack>
  );
}

type ButtonsProps = { first: boolean; last: boolean; onUp(): void; onDown(): void; onRemove(): void };

function WayButtons({ first, last, onUp, onDown, onRemove }: ButtonsProps) {
  const { t } = useTranslation();
  return (
    <Group gap={2} wrap="nowrap" mb={4}>
      <ActionIcon variant="subtle" color="gray" disabled={first} aria-label={t('steps.branch.up')} onClick={onUp}>
        <IconArrowUp size={15} />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" disabled={last} aria-label={t('steps.branch.down')} onClick={onDown}>
        <IconArrowDown size={15} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        disabled={first && last}
        aria-label={t('steps.branch.removeWay')}
        onClick={onRemove}
      >
        <IconTrash size={15} />
      </ActionIcon>
    </Group>
  );
}

function newWay(label: string): BranchWay {
  const id = `way-${nanoid(8)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '0')}`;
  return { id, label, condition: { kind: 'all', of: [] } };
}

/** The ways with this one and the next in each other's place. */
function swapped(ways: BranchWay[], index: number): BranchWay[] {
  const [one, other] = [ways[index], ways[index + 1]];
  return one && other ? ways.with(index, other).with(index + 1, one) : ways;
}
