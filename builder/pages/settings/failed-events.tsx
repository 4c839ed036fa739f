import { Button, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { IconChecks } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FailedEvent } from '#shared/api/events.ts';
import { useChange, useRead } from '../../api.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { useNotify } from '../../ui/error-text.ts';
import { useFormats } from '../../ui/formats.ts';
import { LoadingRows } from '../../ui/loading.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Section } from '../../ui/section.tsx';
import { usePages } from '../../ui/use-pages.ts';

const PAGE_SIZE = 25;
const kinds: readonly FailedEvent['kind'][] = ['dead', 'rejected'];

/** Events of which nothing came, and why; what is stored can be tried again by hand. */
export function FailedEvents() {
  const { t } = useTranslation();
  const [kind, setKind] = useState<FailedEvent['kind']>('dead');
  const pages = usePages(kind);
  const query = { kind, limit: PAGE_SIZE, ...(pages.cursor !== undefined && { cursor: pages.cursor }) };
  const reading = useRead('listFailedEvents', { query }, { everyMs: 10_000, keepPrevious: true });
  const { rows = [], total = 0, cursor = null } = reading.data ?? {};
  return (
    <Section
      title={t('failedEvents.title')}
      about={t(`failedEvents.about.${kind}`)}
      flush
      actions={
        <SegmentedControl
          size="xs"
          value={kind}
          onChange={(chosen) => setKind(kinds.find((each) => each === chosen) ?? 'dead')}
          data={kinds.map((value) => ({ value, label: t(`failedEvents.kind.${value}`) }))}
        />
      }
    >
      <Stack gap={0}>
        {reading.isError ? <ErrorState error={reading.error} retry={() => void reading.refetch()} /> : null}
        {reading.isPending ? <LoadingRows rows={3} /> : null}
        {reading.data && rows.length === 0 ? (
          <EmptyState Icon={IconChecks} title={t('failedEvents.emptyTitle')} about={t('failedEvents.emptyAbout')} />
        ) : null}
        {rows.length > 0 ? <EventTable events={rows} /> : null}
        {rows.length > 0 ? (
          <Pager pages={pages} size={PAGE_SIZE} rows={rows.length} total={total} next={cursor} />
        ) : null}
      </Stack>
    </Section>
  );
}

function EventTable({ events }: { events: readonly FailedEvent[] }) {
  const { t } = useTranslation();
  const { instant } = useFormats();
  const notify = useNotify();
  const retry = useChange('retryEvent', ['listFailedEvents', 'getStatus']);
  return (
    <Table className="rows">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('failedEvents.what')}</Table.Th>
          <Table.Th>{t('failedEvents.source')}</Table.Th>
          <Table.Th>{t('failedEvents.received')}</Table.Th>
          <Table.Th>{t('failedEvents.reason')}</Table.Th>
          <Table.Th aria-label={t('common.actions')} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {events.map((event) => (
          <Table.Tr key={event.id}>
            <Table.Td>
              <Text size="sm" lineClamp={3} title={textOf(event)} style={{ overflowWrap: 'anywhere' }}>
                {event.name ?? textOf(event)}
              </Text>
            </Table.Td>
            <Table.Td data-label={t('failedEvents.source')}>{event.source}</Table.Td>
            <Table.Td data-label={t('failedEvents.received')}>{instant(event.receivedAt)}</Table.Td>
            <Table.Td data-label={t('failedEvents.reason')} style={{ overflowWrap: 'anywhere' }}>
              {event.reason}
            </Table.Td>
            <Table.Td data-label={t('common.actions')}>
              {event.kind === 'dead' ? (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  loading={retry.isPending && retry.variables.params?.['id'] === event.id}
                  onClick={() => retry.mutate({ params: { id: event.id } }, { onError: notify.failed })}
                >
                  {t('common.retry')}
                </Button>
              ) : null}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function textOf({ body }: FailedEvent): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
