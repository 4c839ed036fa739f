import { Alert, Group, Paper, Select } from '@mantine/core';
import { IconHelpCircle, IconSend } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DeliveryState } from '#shared/delivery.ts';
import { useRead } from '../api.ts';
import { Answered } from '../ui/answered.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { Pager } from '../ui/pager.tsx';
import { usePages } from '../ui/use-pages.ts';
import { DecisionBar } from './deliveries/decision-bar.tsx';
import { DeliveryTable } from './deliveries/delivery-table.tsx';

const PAGE_SIZE = 50;

/** Every message to everyone, by what became of it; and what has to be decided by hand. */
export function DeliveriesPage() {
  const { t } = useTranslation();
  const wanted = useSearch({ from: '/deliveries' });
  const about = JSON.stringify(wanted);
  const pages = usePages(about);
  const cursor = pages.cursor === undefined ? {} : { cursor: pages.cursor };
  const reading = useRead(
    'listDeliveries',
    { query: { limit: PAGE_SIZE, ...wanted, ...cursor } },
    { keepPrevious: true, everyMs: 5_000 },
  );
  const { data } = reading;
  const place = `${about} ${pages.cursor ?? ''}`;
  const [chosen, setChosen] = useState<{ place: string; ids: readonly string[] }>({ place, ids: [] });
  const ids = chosen.place === place ? chosen.ids : [];
  const choose = (next: readonly string[]) => setChosen({ place, ids: next });
  return (
    <PageFrame title={t('deliveries.title')} about={t('deliveries.about')} wide>
      <Undecided />
      <Filters />
      {data ? <DecisionBar rows={data.rows} total={data.total} ids={ids} onDone={() => choose([])} /> : null}
      <Paper className="card" style={{ overflow: 'hidden' }} aria-busy={reading.isFetching}>
        <Answered
          reading={reading}
          loading={10}
          empty={
            <EmptyState
              Icon={IconSend}
              title={t(wanted.state === 'unknown' ? 'deliveries.noneUnknownTitle' : 'deliveries.noneTitle')}
              about={t(wanted.state === 'unknown' ? 'deliveries.noneUnknownAbout' : 'deliveries.noneAbout')}
            />
          }
        >
          {({ rows, total, cursor: next }) => (
            <>
              <DeliveryTable deliveries={rows} ids={ids} onChoose={choose} />
              <Pager pages={pages} size={PAGE_SIZE} rows={rows.length} total={total} next={next} />
            </>
          )}
        </Answered>
      </Paper>
    </PageFrame>
  );
}

/** That something waits for a decision, wherever else one looks. */
function Undecided() {
  const { t } = useTranslation();
  const wanted = useSearch({ from: '/deliveries' });
  const count = useRead('getStatus', {}, { everyMs: 10_000 }).data?.unknownDeliveries ?? 0;
  if (count === 0 || wanted.state === 'unknown') return null;
  return (
    <Alert color="orange" icon={<IconHelpCircle />}>
      <Group justify="space-between" gap="sm">
        {t('deliveries.undecided', { count })}
        <LinkButton to="/deliveries" search={{ state: 'unknown' }} size="xs" color="orange.8">
          {t('deliveries.decide')}
        </LinkButton>
      </Group>
    </Alert>
  );
}

function Filters() {
  const { t } = useTranslation();
  const wanted = useSearch({ from: '/deliveries' });
  const navigate = useNavigate({ from: '/deliveries' });
  const journeys = useRead('listJourneys', { query: {} });
  const narrow = (change: Partial<typeof wanted>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  return (
    <Group gap="sm" role="search">
      <Select
        aria-label={t('deliveries.state')}
        placeholder={t('deliveries.anyState')}
        clearable
        value={wanted.state ?? null}
        data={DeliveryState.options.map((state) => ({ value: state, label: t(`contacts.delivery.${state}`) }))}
        onChange={(chosen) => narrow({ state: DeliveryState.options.find((state) => state === chosen) })}
        style={{ flex: '1 1 180px', maxWidth: 260 }}
      />
      <Select
        aria-label={t('deliveries.journey')}
        placeholder={t('deliveries.anyJourney')}
        clearable
        searchable
        value={wanted.journey ?? null}
        data={journeys.data?.rows.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        onChange={(journey) => narrow({ journey: journey ?? undefined })}
        style={{ flex: '1 1 220px', maxWidth: 340 }}
      />
    </Group>
  );
}
