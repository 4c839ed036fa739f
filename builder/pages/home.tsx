import { useTranslation } from 'react-i18next';
import { useRead } from '../api.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { LoadingPage } from '../ui/loading.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { useSession } from '../ui/session.ts';
import { Overview } from './home/overview.tsx';
import { Start } from './home/start.tsx';

/** The first page: ways to begin while there is nothing, and afterwards what is going on. */
export function HomePage() {
  const { t } = useTranslation();
  const session = useSession();
  const sample = useRead('getSample', {}, { everyMs: 1_500 });
  const status = useRead('getStatus', {}, { everyMs: 3_000 });
  const journeys = useRead('listJourneys', {}, { everyMs: 2_000 });
  const failed = [sample, status, journeys].find((reading) => reading.isError && !reading.data);
  if (failed) return <ErrorState error={failed.error} retry={() => void failed.refetch()} />;
  if (!sample.data || !status.data || !journeys.data) return <LoadingPage />;
  const untouched = status.data.contacts === 0 && journeys.data.rows.length === 0;
  const beginning = (sample.data.state === 'absent' && untouched) || sample.data.state === 'loading';
  const name = session.data?.user?.name.split(' ')[0] ?? '';
  return (
    <PageFrame
      title={t(`home.greeting.${partOfDay()}`, { name })}
      about={t(beginning ? 'home.beginAbout' : 'home.overviewAbout')}
    >
      {beginning ? (
        <Start sample={sample.data} />
      ) : (
        <Overview sample={sample.data} journeys={journeys.data.rows} contacts={status.data.contacts} />
      )}
    </PageFrame>
  );
}

function partOfDay(): 'morning' | 'afternoon' | 'evening' {
  const hour = new Date().getHours();
  if (hour < 12) return 'morning';
  return hour < 18 ? 'afternoon' : 'evening';
}
