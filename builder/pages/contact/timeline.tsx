import { Badge, Button, Center, Group, Text, Timeline as Line } from '@mantine/core';
import { IconArrowRight, IconBolt, IconMail } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { TimelineRow } from '#shared/api/contacts.ts';
import { OWN_SOURCE } from '#shared/event.ts';
import { call } from '../../api.ts';
import { useDeliveryReason } from '../../ui/delivery-reason.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { useFormats } from '../../ui/formats.ts';
import { LoadingRows } from '../../ui/loading.tsx';
import { Section } from '../../ui/section.tsx';
import { valueText } from '../../ui/value-text.ts';

const first: string | null = null;

/** All that happened to a person, newest first: what they did, what they got, which way they took. */
export function Timeline({ contact }: { contact: string }) {
  const { t } = useTranslation();
  const reading = useInfiniteQuery({
    queryKey: ['contactTimeline', contact],
    initialPageParam: first,
    queryFn: ({ pageParam, signal }) =>
      call('contactTimeline', {
        params: { id: contact },
        query: { limit: 40, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    getNextPageParam: (page) => page.cursor,
    refetchInterval: 5_000,
  });
  const rows = reading.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <Section title={t('contacts.timeline')} about={t('contacts.timelineAbout')}>
      {reading.isError && !reading.data ? (
        <ErrorState error={reading.error} retry={() => void reading.refetch()} />
      ) : null}
      {reading.isPending ? <LoadingRows /> : null}
      {reading.data && rows.length === 0 ? <Text className="quiet">{t('contacts.nothingYet')}</Text> : null}
      <Line bulletSize={26} lineWidth={2} mt="xs">
        {rows.map((row) => (
          <Line.Item key={`${row.kind}:${row.id}`} bullet={bullets[row.kind]} title={<Title row={row} />}>
            <Detail row={row} />
          </Line.Item>
        ))}
      </Line>
      {reading.hasNextPage ? (
        <Center mt="md">
          <Button
            variant="default"
            size="xs"
            loading={reading.isFetchingNextPage}
            onClick={() => void reading.fetchNextPage()}
          >
            {t('common.more')}
          </Button>
        </Center>
      ) : null}
    </Section>
  );
}

const bullets = {
  event: <IconBolt size={14} />,
  message: <IconMail size={14} />,
  step: <IconArrowRight size={14} />,
} satisfies Record<TimelineRow['kind'], unknown>;

function Title({ row }: { row: TimelineRow }) {
  const { t } = useTranslation();
  const { instant } = useFormats();
  const name = row.kind === 'event' ? row.name : row.stepName || t('contacts.testMessage');
  return (
    <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
      <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
        {name}
      </Text>
      <Text size="xs" className="quiet figure" style={{ flex: 'none' }}>
        {instant(row.at)}
      </Text>
    </Group>
  );
}

function Detail({ row }: { row: TimelineRow }) {
  const { t } = useTranslation();
  const reasonText = useDeliveryReason();
  switch (row.kind) {
    case 'event':
      return (
        <Group gap={8}>
          <Text size="xs" className="quiet" style={{ overflowWrap: 'anywhere' }}>
            {propertiesLine(row)}
          </Text>
          {row.history ? (
            <Badge size="xs" color="gray">
              {t('contacts.history')}
            </Badge>
          ) : null}
        </Group>
      );
    case 'message':
      return (
        <Text size="xs" className="quiet">
          {t(`contacts.delivery.${row.state}`, row.state)}
          {row.reason ? ` (${reasonText(row.reason)})` : null}
          {row.journeyName ? ` · ${row.journeyName}` : null}
        </Text>
      );
    case 'step':
      return (
        <Text size="xs" className="quiet">
          {[edgeText(t, row.edge), row.journeyName].filter(Boolean).join(' · ')}
        </Text>
      );
  }
}

/** How a person left a step; ways of a branch have ids that say nothing, so they are left out. */
function edgeText(t: TFunction, edge: string): string {
  if (edge === 'next') return t('contacts.wentOn');
  if (edge === 'end') return t('contacts.ending.completed');
  if (edge.startsWith('exit:')) return t(`contacts.ending.${edge.slice('exit:'.length)}`, '');
  const name = t(`contacts.edge.${edge}`, '');
  return name && t('contacts.left', { edge: name });
}

const PROPERTIES_SHOWN = 5;

/** What the product notes with its own events to find its way; it says nothing to a reader. */
const ids = new Set(['journey', 'step', 'enrollment', 'delivery', 'by']);

function propertiesLine({ properties, source }: Extract<TimelineRow, { kind: 'event' }>): string {
  return Object.entries(properties)
    .filter(([name]) => source !== OWN_SOURCE || !ids.has(name))
    .slice(0, PROPERTIES_SHOWN)
    .map(([name, value]) => `${name}: ${valueText(value)}`)
    .join(' · ');
}
