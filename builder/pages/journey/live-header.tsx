import { Badge, Button, Divider, Group, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { JourneyBody } from '#shared/api/journeys.ts';
import type { JourneyReport } from '#shared/report.ts';
import { FigureButton } from '../../canvas/live-figures.tsx';
import { useFormats } from '../../ui/formats.ts';
import { useJourneyActions } from '../journeys/use-journey-actions.tsx';

type Props = { journey: JourneyBody; report: JourneyReport | null; lost: boolean; children: ReactNode };

/** The journey as a whole in numbers, whether they are fresh, and pause, resume and stop. */
export function LiveHeader({ journey, report, lost, children }: Props) {
  const { t } = useTranslation();
  const formats = useFormats();
  const goal = report?.goal ?? null;
  return (
    <Group
      px={{ base: 'sm', sm: 'md' }}
      py={6}
      gap="md"
      justify="space-between"
      bg="var(--mantine-color-body)"
      style={{ borderBottom: '1px solid var(--card-border)' }}
    >
      <Group gap="md" wrap="nowrap" style={{ overflowX: 'auto' }}>
        <FigureButton figure="entered" value={report?.entered ?? null} />
        <FigureButton figure="waiting" value={report?.waiting ?? null} tone="blue" name={t('live.inside')} />
        <FigureButton figure="completed" value={report?.completed ?? null} tone="meadow" />
        <FigureButton figure="exited" value={report?.exited ?? null} />
        <FigureButton figure="failed" value={report?.failed ?? null} tone="red" />
        {goal && (
          <>
            <Divider orientation="vertical" />
            <div data-testid="figure-journey-goal" style={{ whiteSpace: 'nowrap' }}>
              <Text size="sm" fw={650} lh={1.15} className="figure" c="var(--mantine-color-meadow-text)">
                {formats.number(goal.reached)}
                {goal.currency !== null && ` · ${formats.money({ minor: goal.valueMinor, currency: goal.currency })}`}
              </Text>
              <Text size="10px" c="dimmed" lh={1.2}>
                {t('live.goal')}
              </Text>
            </div>
          </>
        )}
      </Group>
      <Group gap="xs">
        {children}
        {lost ? (
          <Badge color="orange" leftSection={<IconPlugConnectedX size={12} />} role="status">
            {t('live.reconnecting')}
          </Badge>
        ) : (
          <Badge color="meadow" variant="dot" role="status">
            {report ? t('live.fresh') : t('live.connecting')}
          </Badge>
        )}
        <RunButtons journey={journey} inside={report?.waiting ?? 0} />
      </Group>
    </Group>
  );
}

function RunButtons({ journey, inside }: { journey: JourneyBody; inside: number }) {
  const { t } = useTranslation();
  const actions = useJourneyActions({ id: journey.id, name: journey.name, active: inside });
  const { state } = journey;
  return (
    <>
      {state === 'running' && (
        <Button size="xs" variant="default" leftSection={<IconPlayerPause size={14} />} onClick={actions.pause}>
          {t('journeys.pause')}
        </Button>
      )}
      {state === 'paused' && (
        <Button size="xs" leftSection={<IconPlayerPlay size={14} />} onClick={actions.resume}>
          {t('journeys.resume')}
        </Button>
      )}
      {(state === 'running' || state === 'paused') && (
        <Button size="xs" variant="light" color="red" leftSection={<IconPlayerStop size={14} />} onClick={actions.stop}>
          {t('journeys.stop')}
        </Button>
      )}
    </>
  );
}
