import { Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { JourneyRow } from '#shared/api/journeys.ts';
import type { JourneyState } from '#shared/journey.ts';
import { Figure } from '../../ui/figure.tsx';
import { useFormats } from '../../ui/formats.ts';
import { Section } from '../../ui/section.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { LinkButton } from '../../ui/link-button.tsx';

const SHOWN = 4;
const order: readonly JourneyState[] = ['running', 'paused', 'draft', 'stopped'];

/** A few journeys, those that people are in first, with their live figures. */
export function RunningJourneys({ journeys }: { journeys: readonly JourneyRow[] }) {
  const { t } = useTranslation();
  const { number, money } = useFormats();
  const shown = order.flatMap((state) => journeys.filter((journey) => journey.state === state)).slice(0, SHOWN);
  return (
    <Section
      title={t('nav.journeys')}
      actions={
        <LinkButton to="/journeys" variant="subtle" size="compact-sm">
          {t('home.all')}
        </LinkButton>
      }
    >
      {shown.length === 0 ? (
        <Text size="sm" className="quiet">
          {t('home.noJourneys')}
        </Text>
      ) : null}
      <Stack gap="lg">
        {shown.map((journey) => (
          <Stack key={journey.id} gap="xs">
            <Group justify="space-between" wrap="nowrap">
              <Link to="/journeys/$id" params={{ id: journey.id }} className="row-link">
                {journey.name}
              </Link>
              <StateBadge state={journey.state} />
            </Group>
            <SimpleGrid cols={{ base: 2, xs: 4 }} spacing="sm">
              <Figure label={t('journeys.entered')}>{number(journey.entered)}</Figure>
              <Figure label={t('journeys.active')}>{number(journey.active)}</Figure>
              <Figure label={t('journeys.conversions')}>{journey.hasGoal ? number(journey.conversions) : '–'}</Figure>
              <Figure label={t('journeys.value')}>{money(journey.value)}</Figure>
            </SimpleGrid>
          </Stack>
        ))}
      </Stack>
    </Section>
  );
}
