import { ActionIcon, Button, Divider, Group, NumberInput, Select, Stack, Switch, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { EventMatch } from '#shared/condition.ts';
import type { Goal, Reentry } from '#shared/journey.ts';
import { AddButton } from '../ui/add-button.tsx';
import { DurationInput } from '../ui/duration-input.tsx';
import { EventMatchEditor } from '../ui/event-match-editor.tsx';
import { Field } from '../ui/field.tsx';
import { useEditor } from './editor.ts';
import { EntryEditor } from './entry-editor.tsx';

/** What holds for the journey as a whole: who comes in, how often, what it is for, what takes people out. */
export function JourneyInspector() {
  const { t } = useTranslation();
  const drawing = useEditor((editor) => editor.drawing);
  const edit = useEditor((editor) => editor.edit);
  return (
    <Stack gap="md" p="md" component="section" aria-label={t('inspector.ofJourney')}>
      <Text fw={650}>{t('inspector.ofJourney')}</Text>
      <EntryEditor value={drawing.entry} onChange={(entry) => edit((before) => ({ ...before, entry }))} />
      <ReentryEditor value={drawing.reentry} onChange={(reentry) => edit((before) => ({ ...before, reentry }))} />
      <Divider label={t('entry.goal')} labelPosition="left" />
      <GoalEditor value={drawing.goal} onChange={(goal) => edit((before) => ({ ...before, goal }))} />
      <Divider label={t('entry.exits')} labelPosition="left" />
      <ExitsEditor value={drawing.exits} onChange={(exits) => edit((before) => ({ ...before, exits }))} />
    </Stack>
  );
}

type Part<Value> = { value: Value; onChange(value: Value): void };

function ReentryEditor({ value, onChange }: Part<Reentry>) {
  const { t } = useTranslation();
  const rules: Record<Reentry['kind'], Reentry> = {
    once: { kind: 'once' },
    afterEnd: { kind: 'afterEnd' },
    daysAfterEnd: { kind: 'daysAfterEnd', days: 30 },
  };
  return (
    <Stack gap={6}>
      <Select
        label={t('entry.reentry')}
        data={Object.keys(rules).map((kind) => ({ value: kind, label: t(`entry.reentryRules.${kind}`) }))}
        value={value.kind}
        allowDeselect={false}
        onChange={(chosen) => {
          const rule = Object.values(rules).find(({ kind }) => kind === chosen);
          if (rule) onChange(rule);
        }}
      />
      {value.kind === 'daysAfterEnd' && (
        <NumberInput
          aria-label={t('entry.reentryDays')}
          value={value.days}
          min={1}
          max={3_650}
          allowDecimal={false}
          suffix={` ${t('units.day')}`}
          onChange={(days) => typeof days === 'number' && days >= 1 && onChange({ ...value, days })}
        />
      )}
    </Stack>
  );
}

function GoalEditor({ value, onChange }: Part<Goal | null>) {
  const { t } = useTranslation();
  if (!value) {
    return (
      <Stack gap={6} align="flex-start">
        <Text size="sm" c="dimmed">
          {t('entry.goalAbout')}
        </Text>
        <AddButton
          onClick={() =>
            onChange({ event: 'Order Completed', where: [], within: { amount: 30, unit: 'day' }, whenReached: 'stay' })
          }
        >
          {t('entry.addGoal')}
        </AddButton>
      </Stack>
    );
  }
  return (
    <Stack gap="sm">
      <Field path="goal.event">
        {(error) => (
          <EventMatchEditor
            label={t('entry.goalEvent')}
            value={{ event: value.event, where: value.where }}
            error={error}
            onChange={(match) => onChange({ ...value, ...match })}
          />
        )}
      </Field>
      <DurationInput
        label={t('entry.goalWithin')}
        value={value.within}
        onChange={(within) => onChange({ ...value, within })}
      />
      <Switch
        label={t('entry.goalLeaves')}
        checked={value.whenReached === 'leave'}
        onChange={({ currentTarget }) => onChange({ ...value, whenReached: currentTarget.checked ? 'leave' : 'stay' })}
      />
      <Button
        size="xs"
        variant="subtle"
        color="gray"
        style={{ alignSelf: 'flex-start' }}
        leftSection={<IconTrash size={14} />}
        onClick={() => onChange(null)}
      >
        {t('entry.removeGoal')}
      </Button>
    </Stack>
  );
}

const MOST_EXITS = 20;

function ExitsEditor({ value, onChange }: Part<EventMatch[]>) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" align="stretch">
      <Text size="sm" c="dimmed">
        {t('entry.exitsAbout')}
      </Text>
      {value.map((exit, index) => (
        <Group key={index} gap={6} wrap="nowrap" align="flex-start">
          <Stack flex={1} miw={0}>
            <Field path={`exits.${index}.event`}>
              {(error) => (
                <EventMatchEditor
                  label={t('entry.exitEvent')}
                  value={exit}
                  error={error}
                  onChange={(match) => onChange(value.with(index, match))}
                />
              )}
            </Field>
          </Stack>
          <ActionIcon
            mt={28}
            variant="subtle"
            color="gray"
            aria-label={t('entry.removeExit')}
            onClick={() => onChange(value.filter((_each, at) => at !== index))}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      <AddButton
        disabled={value.length >= MOST_EXITS}
        onClick={() => onChange([...value, { event: 'Order Completed', where: [] }])}
      >
        {t('entry.addExit')}
      </AddButton>
    </Stack>
  );
}
