import { Button, Group, Loader, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconClockPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SampleBody } from '#shared/api/workspace.ts';
import { useChange } from '../../api.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { useNotify } from '../../ui/error-text.ts';
import { useFormats } from '../../ui/formats.ts';
import { LinkButton } from '../../ui/link-button.tsx';

/** The sample shop's date, its worked example, and the way to be rid of it. */
export function SampleClock({ sample }: { sample: SampleBody }) {
  const { t } = useTranslation();
  const { instant } = useFormats();
  const confirm = useConfirm();
  const notify = useNotify();
  const remove = useChange('removeSample', ['getSample', 'getStatus', 'listJourneys', 'listInbox']);
  const removing = sample.state === 'removing' || remove.isPending;
  const askToRemove = () =>
    confirm({
      title: t('home.sample.removeTitle'),
      about: t('home.sample.removeAbout'),
      confirm: t('home.sample.remove'),
      danger: true,
      onConfirm: () =>
        remove.mutate({}, { onSuccess: () => notify.done(t('home.sample.removed')), onError: notify.failed }),
    });
  const runningKey = sample.pace === 'real' ? 'runningReal' : 'runningFast';
  const about = removing ? 'removing' : sample.state === 'running' ? runningKey : 'ready';
  return (
    <Group className="card meadow-card" p="lg" justify="space-between" gap="md">
      <Group gap="md" wrap="nowrap" style={{ flex: '1 1 320px' }}>
        <ThemeIcon size={48} radius={16} variant="light" visibleFrom="xs">
          {removing ? <Loader size={20} /> : <IconClockPlay size={24} stroke={1.5} />}
        </ThemeIcon>
        <Stack gap={2}>
          <Text size="sm" className="quiet">
            {t('home.sample.clock')}
          </Text>
          <Title order={2} className="figure" aria-live="off">
            {instant(sample.clockNow)}
          </Title>
          <Text size="sm" className="quiet">
            {t(`home.sample.${about}`)}
          </Text>
        </Stack>
      </Group>
      <Group gap="xs">
        {sample.journey ? (
          <LinkButton to="/journeys/$id" params={{ id: sample.journey }}>
            {t(sample.state === 'running' ? 'home.sample.watch' : 'home.sample.open')}
          </LinkButton>
        ) : null}
        <Button variant="subtle" color="red" disabled={removing} onClick={askToRemove}>
          {t('home.sample.remove')}
        </Button>
      </Group>
    </Group>
  );
}
