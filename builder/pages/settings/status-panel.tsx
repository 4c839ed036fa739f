import { Alert, Badge, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../api.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { useFormats } from '../../ui/formats.ts';
import { LoadingRows } from '../../ui/loading.tsx';
import { Section } from '../../ui/section.tsx';

/** What the workspace runs on, and how that is. */
export function StatusPanel() {
  const { t } = useTranslation();
  const { number } = useFormats();
  const reading = useRead('getStatus', {}, { everyMs: 5_000 });
  if (reading.isError && !reading.data)
    return <ErrorState error={reading.error} retry={() => void reading.refetch()} />;
  if (!reading.data) return <LoadingRows rows={5} />;
  const status = reading.data;
  return (
    <Stack gap="lg">
      {status.database === 'stand-in' ? (
        <Alert icon={<IconInfoCircle />} color="yellow">
          {t('settings.status.standIn')}
        </Alert>
      ) : null}
      {status.sends.allowed ? null : (
        <Alert icon={<IconInfoCircle />} color="red">
          {t('settings.status.sendsRefused', { reason: status.sends.reason ?? '' })}
        </Alert>
      )}
      {status.pausedSenders.map(({ id, name, response }) => (
        <Alert key={id} icon={<IconAlertTriangle />} color="red">
          {t('settings.status.senderPaused', { name, response })}
        </Alert>
      ))}
      <Section title={t('settings.status.title')}>
        <Stack gap="sm">
          <Line label={t('settings.status.version')}>{status.version}</Line>
          <Line label={t('settings.status.database')}>{t(`settings.status.databases.${status.database}`)}</Line>
          <Line label={t('settings.status.mail')}>{t(`settings.status.mails.${status.mail}`)}</Line>
          <Line label="Temporal">
            <Group gap={8} justify="flex-end">
              {status.temporal.address}
              <Badge color={status.temporal.reachable ? 'meadow' : 'red'}>
                {t(status.temporal.reachable ? 'settings.status.reachable' : 'settings.status.unreachable')}
              </Badge>
            </Group>
          </Line>
          <Line label={t('nav.contacts')}>{number(status.contacts)}</Line>
          <Line label={t('settings.status.unknown')}>
            <Link to="/deliveries" search={{ state: 'unknown' }} className="row-link">
              {number(status.unknownDeliveries)}
            </Link>
          </Line>
          <Line label={t('settings.status.pending')}>{number(status.pendingEvents)}</Line>
          <Line label={t('settings.status.dead')}>{number(status.deadEvents)}</Line>
        </Stack>
      </Section>
    </Stack>
  );
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Group justify="space-between" gap="md" wrap="nowrap">
      <Text size="sm" className="quiet">
        {label}
      </Text>
      <Text component="div" size="sm" ta="end" className="figure" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </Group>
  );
}
