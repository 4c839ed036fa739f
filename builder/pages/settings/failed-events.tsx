import { Button, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { IconChecks } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FailedEvent } from '#shared/api/events.ts';
import { useChange, useRead } from '../../api.ts';
import { Answered } from '../../ui/answered.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useNotify } from '../../ui/error-text.ts';
import { useFormats } from '../../ui/formats.ts';
import { Pager } from '../../ui/pager.tsx';
import { RowsTable } from '../../ui/rows-table.tsx';
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
        <Answered
          reading={reading}
          loading={3}
          empty={
            <EmptyState Icon={IconChecks} title={t('failedEvents.emptyTitle')} about={t('failedEvents.emptyAbout')} />
          }
        >
          {({ rows, total, cursor: next }) => (
            <>
              <EventTable kind={kind} events={rows} />
              <Pager pages={pages} size={PAGE_SIZE} rows={rows.length} total={total} next={next} />
            </>
          )}
        </Answered>
      </Stack>
    </Section>
  );
}

function EventTable({ kind, events }: { kind: FailedEvent['kind']; events: readonly FailedEvent[] }) {
  const { t } = useTranslation();
  const { instant } = useFormats();
  const notify = useNotify();
  const retry = useChange('retryEvent', ['listFailedEvents', 'getStatus']);
  return (
    <RowsTable
      heads={[
        { wide: t('failedEvents.what') },
        t('failedEvents.source'),
        t('failedEvents.received'),
        { wide: t('failedEvents.reason') },
      ]}
      actions={kind === 'dead'}
    >
      {events.map((event) => (
        <Table.Tr key={event.id}>
          <Table.Td>
            <Text size="sm" lineClamp={3} title={textOf(event)} style={{ overflowWrap: 'anywhere' }}>
              {event.name ?? textOf(event)}
            </Text>
          </Table.Td>
          <Table.Td data-label={t('failedEvents.source')}>{event.source}</Table.Td>
          <Table.Td data-label={t('failedEvents.received')}>
            <time dateTime={event.receivedAt}>{instant(event.receivedAt)}</time>
          </Table.Td>
          <Table.Td data-label={t('failedEvents.reason')} style={{ overflowWrap: 'anywhere' }}>
            {event.reason}
          </Table.Td>
          {event.kind === 'dead' ? (
            <Table.Td data-label={t('common.actions')}>
              <Button
                size="compact-xs"
                variant="subtle"
                loading={retry.isPending && retry.variables.params?.['id'] === event.id}
                onClick={() => retry.mutate({ params: { id: event.id } }, { onError: notify.failed })}
              >
                {t('common.retry')}
              </Button>
            </Table.Td>
          ) : null}
        </Table.Tr>
      ))}
    </RowsTable>
  );
}

function textOf({ body }: FailedEvent): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
