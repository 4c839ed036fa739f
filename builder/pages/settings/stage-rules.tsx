import { ActionIcon, Autocomplete, Group, NumberInput, Select, Stack } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type StageRule, stages } from '#shared/stage.ts';
import { useRead } from '../../api.ts';
import { AddButton } from '../../ui/add-button.tsx';

type Editor = { rules: readonly StageRule[]; onChange: (rules: StageRule[]) => void };

/** Sentences of the form: the nth such event raises to this stage. */
export function StageRules({ rules, onChange }: Editor) {
  const { t } = useTranslation();
  const events = useRead('listEventNames');
  const change = (place: number, part: Partial<StageRule>) =>
    onChange(rules.map((rule, each) => (each === place ? { ...rule, ...part } : rule)));
  return (
    <Stack gap="sm">
      {rules.map((rule, place) => (
        <Group key={place} gap="sm" align="flex-end" className="stage-rule">
          <Autocomplete
            label={t('settings.stages.event')}
            data={events.data?.rows ?? []}
            value={rule.event}
            onChange={(event) => change(place, { event })}
            error={rule.event === '' ? t('common.required') : null}
            style={{ flex: '2 1 180px' }}
          />
          <NumberInput
            label={t('settings.stages.times')}
            min={1}
            max={1_000}
            allowDecimal={false}
            value={rule.times}
            onChange={(times) => typeof times === 'number' && times >= 1 && change(place, { times })}
            style={{ flex: '1 1 90px' }}
          />
          <Select
            label={t('settings.stages.stage')}
            data={stages.map((stage) => ({ value: stage, label: t(`common.stage.${stage}`) }))}
            allowDeselect={false}
            value={rule.stage}
            onChange={(chosen) => {
              const stage = stages.find((each) => each === chosen);
              if (stage) change(place, { stage });
            }}
            style={{ flex: '1 1 140px' }}
          />
          <ActionIcon
            size={36}
            variant="subtle"
            color="gray"
            aria-label={t('settings.stages.remove', { event: rule.event })}
            onClick={() => onChange(rules.filter((_, each) => each !== place))}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      ))}
      <AddButton onClick={() => onChange([...rules, { event: '', times: 1, stage: 'convert' }])}>
        {t('settings.stages.add')}
      </AddButton>
    </Stack>
  );
}
