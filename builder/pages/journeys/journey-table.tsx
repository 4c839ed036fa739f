import { Badge, Group, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { JourneyRow } from '#shared/api/journeys.ts';
import { useFormats } from '../../ui/formats.ts';
import { RowsTable } from '../../ui/rows-table.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { JourneyMenu } from './journey-menu.tsx';

/** Journeys with what came of them; conversions and value are the goal's. */
export function JourneyTable({ journeys }: { journeys: readonly JourneyRow[] }) {
  const { t } = useTranslation();
  return (
    <RowsTable
      heads={[
        t('common.name'),
        t('journeys.state'),
        { number: t('journeys.entered') },
        { number: t('journeys.active') },
        { number: t('journeys.completed') },
        { number: t('journeys.conversions') },
        { number: t('journeys.value') },
      ]}
      actions
    >
      {journeys.map((journey) => (
        <Row key={journey.id} journey={journey} />
      ))}
    </RowsTable>
  );
}

function Row({ journey }: { journey: JourneyRow }) {
  const { t } = useTranslation();
  const { number, share, money, ago } = useFormats();
  return (
    <Table.Tr>
      <Table.Td>
        <div style={{ minWidth: 0 }}>
          <Group gap={8}>
            <Link to="/journeys/$id" params={{ id: journey.id }} className="row-link">
              {journey.name}
            </Link>
            {journey.sample ? (
              <Badge color="gray" size="sm">
                {t('common.sample')}
              </Badge>
            ) : null}
          </Group>
          <Text size="xs" className="quiet">
            {journey.publishedAt
              ? t('journeys.published', { ago: ago(journey.publishedAt) })
              : t('journeys.changed', { ago: ago(journey.updatedAt) })}
          </Text>
        </div>
      </Table.Td>
      <Table.Td data-label={t('journeys.state')}>
        <StateBadge state={journey.state} />
      </Table.Td>
      <Table.Td className="number" data-label={t('journeys.entered')}>
        {number(journey.entered)}
      </Table.Td>
      <Table.Td className="number" data-label={t('journeys.active')}>
        {number(journey.active)}
      </Table.Td>
      <Table.Td className="number" data-label={t('journeys.completed')}>
        {number(journey.completed)}
      </Table.Td>
      <Table.Td className="number" data-label={t('journeys.conversions')}>
        {journey.hasGoal ? (
          <span>
            {number(journey.conversions)}{' '}
            <Text span size="xs" className="quiet">
              {journey.entered > 0 && share(journey.conversions, journey.entered)}
            </Text>
          </span>
        ) : (
          <Text size="xs" className="quiet">
            {t('journeys.noGoal')}
          </Text>
        )}
      </Table.Td>
      <Table.Td className="number" data-label={t('journeys.value')}>
        {money(journey.value)}
      </Table.Td>
      <Table.Td className="row-actions" w={56}>
        <JourneyMenu journey={journey} />
      </Table.Td>
    </Table.Tr>
  );
}
