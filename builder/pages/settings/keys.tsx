import { Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KeyRow } from '#shared/api/workspace.ts';
import { useChange, useRead } from '../../api.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { useNotify } from '../../ui/error-text.ts';
import { useFormats } from '../../ui/formats.ts';
import { LoadingRows } from '../../ui/loading.tsx';
import { RowsTable } from '../../ui/rows-table.tsx';
import { Section } from '../../ui/section.tsx';
import { NewKey } from './new-key.tsx';

/** Write keys for events coming in, API keys for programs that work with the workspace. */
export function Keys() {
  const { t } = useTranslation();
  const reading = useRead('listKeys');
  const [creating, setCreating] = useState<KeyRow['kind'] | null>(null);
  const rows = reading.data?.rows ?? [];
  return (
    <Section
      title={t('settings.keys.title')}
      about={t('settings.keys.about')}
      flush
      actions={
        <Group gap="xs">
          <Button variant="default" onClick={() => setCreating('api')}>
            {t('settings.keys.newApi')}
          </Button>
          <Button onClick={() => setCreating('write')}>{t('settings.keys.newWrite')}</Button>
        </Group>
      }
    >
      <Stack gap={0}>
        {reading.isError ? <ErrorState error={reading.error} retry={() => void reading.refetch()} /> : null}
        {reading.isPending ? <LoadingRows rows={2} /> : null}
        {reading.data && rows.length === 0 ? (
          <EmptyState Icon={IconKey} title={t('settings.keys.emptyTitle')} about={t('settings.keys.emptyAbout')}>
            <Button onClick={() => setCreating('write')}>{t('settings.keys.newWrite')}</Button>
          </EmptyState>
        ) : null}
        {rows.length > 0 ? <KeyTable keys={rows} /> : null}
      </Stack>
      {creating ? <NewKey kind={creating} onClose={() => setCreating(null)} /> : null}
    </Section>
  );
}

function KeyTable({ keys }: { keys: readonly KeyRow[] }) {
  const { t } = useTranslation();
  const { day, ago } = useFormats();
  const confirm = useConfirm();
  const notify = useNotify();
  const revoke = useChange('revokeKey', ['listKeys']);
  const askToRevoke = (key: KeyRow) =>
    confirm({
      title: t('settings.keys.revokeTitle', { name: key.name }),
      about: t('settings.keys.revokeAbout'),
      confirm: t('settings.keys.revoke'),
      danger: true,
      onConfirm: () => revoke.mutate({ params: { id: key.id } }, { onError: notify.failed }),
    });
  return (
    <RowsTable
      heads={[
        t('common.name'),
        t('settings.keys.kind'),
        t('settings.keys.begins'),
        t('settings.keys.created'),
        t('settings.keys.used'),
      ]}
      actions
    >
      {keys.map((key) => (
        <Table.Tr key={key.id}>
          <Table.Td>
            <Text size="sm" fw={550}>
              {key.name}
            </Text>
          </Table.Td>
          <Table.Td data-label={t('settings.keys.kind')}>
            <Badge color={key.kind === 'write' ? 'meadow' : 'gray'}>{t(`settings.keys.${key.kind}`)}</Badge>
          </Table.Td>
          <Table.Td data-label={t('settings.keys.begins')} ff="monospace" fz="xs">
            {key.prefix}…
          </Table.Td>
          <Table.Td data-label={t('settings.keys.created')}>{day(key.createdAt)}</Table.Td>
          <Table.Td data-label={t('settings.keys.used')}>
            {key.lastUsedAt ? ago(key.lastUsedAt) : t('settings.keys.never')}
          </Table.Td>
          <Table.Td data-label={t('common.actions')}>
            <Button size="compact-xs" variant="subtle" color="red" onClick={() => askToRevoke(key)}>
              {t('settings.keys.revoke')}
            </Button>
          </Table.Td>
        </Table.Tr>
      ))}
    </RowsTable>
  );
}
