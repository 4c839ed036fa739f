import { Anchor, SimpleGrid, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { JourneyRow } from '#shared/api/journeys.ts';
import type { SampleBody } from '#shared/api/workspace.ts';
import { LatestMails } from './latest-mails.tsx';
import { LoadSample } from './load-sample.tsx';
import { RunningJourneys } from './running-journeys.tsx';
import { SampleClock } from './sample-clock.tsx';
import { Figure } from '../../ui/figure.tsx';
import { useFormats } from '../../ui/formats.ts';

type Glance = { sample: SampleBody; journeys: readonly JourneyRow[]; contacts: number };

/** What is going on, at a glance. */
export function Overview({ sample, journeys, contacts }: Glance) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const active = journeys.reduce((sum, { active: inside }) => sum + inside, 0);
  const running = journeys.filter(({ state }) => state === 'running').length;
  const conversions = journeys.reduce((sum, journey) => sum + journey.conversions, 0);
  return (
    <Stack gap="lg">
      {sample.state === 'absent' ? null : <SampleClock sample={sample} />}
      <SimpleGrid cols={{ base: 2, sm: 4 }} className="card" p="lg" spacing="lg">
        <Figure label={t('nav.contacts')}>
          <Anchor component={Link} to="/contacts" inherit c="inherit">
            {number(contacts)}
          </Anchor>
        </Figure>
        <Figure label={t('home.running')}>{number(running)}</Figure>
        <Figure label={t('home.inside')}>{number(active)}</Figure>
        <Figure label={t('journeys.conversions')}>{number(conversions)}</Figure>
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" style={{ alignItems: 'start' }}>
        <RunningJourneys journeys={journeys} />
        <LatestMails />
      </SimpleGrid>
      {sample.state === 'absent' ? <LoadSample sample={sample} /> : null}
    </Stack>
  );
}
