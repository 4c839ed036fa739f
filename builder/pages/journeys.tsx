import { Button, Chip, Group, Paper } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconRoute } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { JourneyState } from '#shared/journey.ts';
import { useRead } from '../api.ts';
import { Answered } from '../ui/answered.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { JourneyTable } from './journeys/journey-table.tsx';
import { NewJourney } from './journeys/new-journey.tsx';

const filters = ['all', ...JourneyState.options] as const;
type Filter = (typeof filters)[number];

/** The campaign list: every journey with its state and figures. */
export function JourneysPage() {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<Filter>('all');
  const [creating, { open, close }] = useDisclosure();
  const reading = useRead(
    'listJourneys',
    { query: filter === 'archived' ? { archived: 'true' } : {} },
    { everyMs: 2_000, keepPrevious: true },
  );
  const rows = reading.data?.rows.filter(({ state }) => (filter === 'all' ? state !== 'archived' : state === filter));
  return (
    <PageFrame
      title={t('journeys.title')}
      about={t('journeys.about')}
      wide
      actions={
        <Button leftSection={<IconPlus size={18} />} onClick={open}>
          {t('journeys.new')}
        </Button>
      }
    >
      <Chip.Group value={filter} onChange={(chosen) => setFilter(filters.find((each) => each === chosen) ?? 'all')}>
        <Group gap={8} role="group" aria-label={t('journeys.filter')}>
          {filters.map((each) => (
            <Chip key={each} value={each} size="xs" variant="light">
              {t(each === 'all' ? 'journeys.all' : `common.state.${each}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Paper className="card" style={{ overflow: 'hidden' }}>
        <Answered
          reading={reading}
          rows={rows}
          empty={filter === 'all' ? <NoJourneys onNew={open} /> : <NoneOfThese onAll={() => setFilter('all')} />}
        >
          {() => <JourneyTable journeys={rows ?? []} />}
        </Answered>
      </Paper>
      <NewJourney opened={creating} onClose={close} />
    </PageFrame>
  );
}

function NoJourneys({ onNew }: { onNew(): void }) {
  const { t } = useTranslation();
  return (
    <EmptyState Icon={IconRoute} title={t('journeys.emptyTitle')} about={t('journeys.emptyAbout')}>
      <Button onClick={onNew} leftSection={<IconPlus size={18} />}>
        {t('journeys.new')}
      </Button>
    </EmptyState>
  );
}

function NoneOfThese({ onAll }: { onAll(): void }) {
  const { t } = useTranslation();
  return (
    <EmptyState Icon={IconRoute} title={t('journeys.noneTitle')} about={t('journeys.noneAbout')}>
      <Button variant="default" onClick={onAll}>
        {t('journeys.showAll')}
      </Button>
    </EmptyState>
  );
}
