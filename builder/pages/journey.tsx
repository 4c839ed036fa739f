import { useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useRead } from '../api.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { LoadingPage } from '../ui/loading.tsx';
import { Workbench } from './journey/workbench.tsx';

/** One journey: drawn, checked, published and watched on the same canvas. */
export function JourneyPage() {
  const { id } = useParams({ from: '/journeys/$id' });
  const client = useQueryClient();
  const journey = useRead('getJourney', { params: { id } });
  // The editor holds the drawing; it takes the server's only when it is opened, or told to.
  const [opened, setOpened] = useState(0);
  const reload = async () => {
    await client.refetchQueries({ queryKey: ['getJourney'] });
    setOpened((before) => before + 1);
  };
  if (journey.isPending) return <LoadingPage />;
  if (!journey.data) return <ErrorState error={journey.error} retry={() => void journey.refetch()} />;
  return <Workbench key={`${id} ${opened}`} journey={journey.data} onReload={() => void reload()} />;
}
