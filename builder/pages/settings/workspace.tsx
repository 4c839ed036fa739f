import { Button, Group, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '#shared/api/workspace.ts';
import { useChange, useRead } from '../../api.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { useErrorText, useNotify } from '../../ui/error-text.ts';
import { LoadingRows } from '../../ui/loading.tsx';
import { Section } from '../../ui/section.tsx';
import { StageRules } from './stage-rules.tsx';

/** The company, its time and money, and which events raise a person to which stage. */
export function Workspace() {
  const reading = useRead('getSettings');
  if (reading.isError && !reading.data)
    return <ErrorState error={reading.error} retry={() => void reading.refetch()} />;
  if (!reading.data) return <LoadingRows rows={4} />;
  return <WorkspaceForm initial={reading.data} />;
}

const timeZones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
const currencies = Intl.supportedValuesOf('currency');

function WorkspaceForm({ initial }: { initial: Settings }) {
  const { t, i18n } = useTranslation();
  const notify = useNotify();
  const errorText = useErrorText();
  const [settings, setSettings] = useState(initial);
  const save = useChange('saveSettings', ['getSettings']);
  const set = (change: Partial<Settings>) => setSettings({ ...settings, ...change });
  const names = new Intl.DisplayNames(i18n.language, { type: 'currency' });
  return (
    <Stack gap="lg">
      <Section title={t('settings.workspace.title')} about={t('settings.workspace.about')}>
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <TextInput
            label={t('settings.workspace.company')}
            maxLength={200}
            value={settings.company}
            onChange={(event) => set({ company: event.currentTarget.value })}
          />
          <Select
            label={t('settings.workspace.timeZone')}
            data={timeZones}
            searchable
            allowDeselect={false}
            value={settings.timeZone}
            onChange={(timeZone) => timeZone && set({ timeZone })}
          />
          <Select
            label={t('settings.workspace.currency')}
            data={currencies.map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }))}
            searchable
            allowDeselect={false}
            value={settings.currency}
            onChange={(currency) => currency && set({ currency })}
          />
        </SimpleGrid>
      </Section>
      <Section title={t('settings.stages.title')} about={t('settings.stages.about')}>
        <StageRules rules={settings.stageRules} onChange={(stageRules) => set({ stageRules })} />
      </Section>
      <Group>
        <Button
          loading={save.isPending}
          onClick={() =>
            save.mutate({ body: settings }, { onSuccess: () => notify.done(t('common.saved')), onError: notify.failed })
          }
        >
          {t('common.save')}
        </Button>
        {save.isError ? <span role="alert">{errorText(save.error)}</span> : null}
      </Group>
    </Stack>
  );
}
