import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconPlayerPause } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useChange, useRead } from '../api.ts';
import { useConfirm } from './confirm.tsx';
import { useErrorText } from './error-text.ts';
import { useFormats } from './formats.ts';

const LOOK_MS = 15_000;

/** Says on every page that everything stands still since the database was restored, and lets go on. */
export function HeldBanner() {
  const { t } = useTranslation();
  const { instant } = useFormats();
  const confirm = useConfirm();
  const errorText = useErrorText();
  const reading = useRead('getHold', {}, { everyMs: LOOK_MS });
  const release = useChange('releaseHold', ['getHold', 'getStatus']);
  const hold = reading.data?.hold;
  if (!hold) return null;
  const times = { from: instant(hold.dataFrom), until: instant(hold.ranUntil) };
  const ask = () =>
    confirm({
      title: t('hold.confirmTitle'),
      about: t('hold.confirmAbout'),
      confirm: t('hold.continue'),
      danger: true,
      onConfirm: () => release.mutate({}),
    });
  return (
    <Alert
      icon={<IconPlayerPause />}
      color="yellow"
      title={t('hold.title')}
      role="alert"
      radius={0}
      mb="md"
      styles={{ title: { color: 'inherit' } }}
    >
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t(hold.dataFrom ? 'hold.about' : 'hold.aboutUndated', times)}</Text>
        <Text size="sm">{t('hold.risk')}</Text>
        {release.error ? (
          <Text size="sm" c="red.8">
            {errorText(release.error)}
          </Text>
        ) : null}
        <Button size="xs" variant="default" onClick={ask} loading={release.isPending}>
          {t('hold.continue')}
        </Button>
      </Stack>
    </Alert>
  );
}
