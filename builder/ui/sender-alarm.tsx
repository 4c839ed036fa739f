import { Alert, Anchor, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Drawing } from '#shared/journey.ts';
import { definitionOf } from '#shared/steps/index.ts';
import { useRead } from '../api.ts';

/** Says over a journey that its people wait, because a sender that it speaks by is paused. */
export function SenderAlarm({ drawing }: { drawing: Drawing }) {
  const { t } = useTranslation();
  const senders = useRead('listSenders', {}, { everyMs: 10_000 }).data?.rows ?? [];
  const named = new Set(drawing.steps.flatMap((step) => definitionOf(step).message(step)?.sender ?? []));
  const usesDefault = drawing.steps.some((step) => definitionOf(step).message(step)?.sender === null);
  const paused = senders.filter((one) => one.paused && (named.has(one.id) || (one.isDefault && usesDefault)));
  return paused.map(({ id, name }) => (
    <Alert key={id} color="red" radius={0} py="xs" icon={<IconAlertTriangle size={18} />} role="alert">
      <Text size="sm">
        {t('settings.senders.pausedHere', { name })}{' '}
        <Anchor inherit renderRoot={(props) => <Link to="/settings" search={{ tab: 'senders' }} {...props} />}>
          {t('settings.senders.lookAtIt')}
        </Anchor>
      </Text>
    </Alert>
  ));
}
