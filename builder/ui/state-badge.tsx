import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { JourneyState } from '#shared/journey.ts';
import type { Stage } from '#shared/stage.ts';

const colors = {
  draft: 'gray',
  running: 'meadow',
  paused: 'orange',
  stopped: 'red',
  archived: 'gray',
} satisfies Record<JourneyState, string>;

export function StateBadge({ state }: { state: JourneyState }) {
  const { t } = useTranslation();
  return (
    <Badge color={colors[state]} style={{ flexShrink: 0 }}>
      {t(`common.state.${state}`)}
    </Badge>
  );
}

export function StageBadge({ stage }: { stage: Stage }) {
  const { t } = useTranslation();
  return (
    <Badge color="gray" variant="default">
      {t(`common.stage.${stage}`)}
    </Badge>
  );
}
