import { ActionIcon, Badge, Group, Menu, Paper, Table, Text } from '@mantine/core';
import { IconAddressBook, IconDots, IconPlus, IconTrash, IconUsersGroup } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { SegmentRow } from '#shared/api/contacts.ts';
import { useChange, useRead } from '../api.ts';
import { Answered } from '../ui/answered.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { useNotify } from '../ui/error-text.ts';
import { useFormats } from '../ui/formats.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { RowsTable } from '../ui/rows-table.tsx';

/** The named parts of the database. */
export function SegmentsPage() {
  const { t } = useTranslation();
  const reading = useRead('listSegments');
  const create = (
    <LinkButton to="/segments/$id" params={{ id: 'new' }} leftSection={<IconPlus size={18} />}>
      {t('segments.new')}
    </LinkButton>
  );
  return (
    <PageFrame title={t('segments.title')} about={t('segments.about')} actions={create}>
      <Paper className="card" style={{ overflow: 'hidden' }}>
        <Answered
          reading={reading}
          empty={
            <EmptyState Icon={IconUsersGroup} title={t('segments.emptyTitle')} about={t('segments.emptyAbout')}>
              {create}
            </EmptyState>
          }
        >
          {({ rows }) => <SegmentTable segments={rows} />}
        </Answered>
      </Paper>
    </PageFrame>
  );
}

function SegmentTable({ segments }: { segments: readonly SegmentRow[] }) {
  const { t } = useTranslation();
  const { ago } = useFormats();
  return (
    <RowsTable heads={[t('common.name'), t('segments.usedBy'), t('segments.updated')]} actions>
      {segments.map((segment) => (
        <Table.Tr key={segment.id}>
          <Table.Td>
            <Group gap={8}>
              <Link to="/segments/$id" params={{ id: segment.id }} className="row-link">
                {segment.name}
              </Link>
              {segment.sample ? (
                <Badge color="gray" size="sm">
                  {t('common.sample')}
                </Badge>
              ) : null}
            </Group>
          </Table.Td>
          <Table.Td data-label={t('segments.usedBy')}>
            <Text size="sm" className={segment.usedBy.length === 0 ? 'quiet' : ''}>
              {segment.usedBy.join(', ') || t('segments.unused')}
            </Text>
          </Table.Td>
          <Table.Td data-label={t('segments.updated')}>{ago(segment.updatedAt)}</Table.Td>
          <Table.Td className="row-actions" w={56}>
            <SegmentMenu segment={segment} />
          </Table.Td>
        </Table.Tr>
      ))}
    </RowsTable>
  );
}

function SegmentMenu({ segment }: { segment: SegmentRow }) {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const notify = useNotify();
  const deletion = useChange('deleteSegment', ['listSegments']);
  const askToDelete = () =>
    confirm({
      title: t('segments.deleteTitle', { name: segment.name }),
      about: t('segments.deleteAbout'),
      confirm: t('common.delete'),
      danger: true,
      onConfirm: () => deletion.mutate({ params: { id: segment.id } }, { onError: notify.failed }),
    });
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('journeys.actionsFor', { name: segment.name })}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconAddressBook size={16} />}
          renderRoot={(props) => <Link to="/contacts" search={{ segment: segment.id }} {...props} />}
        >
          {t('segments.people')}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={askToDelete}>
          {t('common.delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
