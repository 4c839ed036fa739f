import { Button, Group, Progress, Radio, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SampleBody } from '#shared/api/workspace.ts';
import { useChange } from '../../api.ts';
import { Choice } from '../../ui/choice.tsx';
import { useNotify } from '../../ui/error-text.ts';
import { useFormats } from '../../ui/formats.ts';

/** Offers the sample shop and its pace, then shows how far its orders are in. */
export function LoadSample({ sample }: { sample: SampleBody }) {
  const { t } = useTranslation();
  return (
    <Stack className="card meadow-card" p={{ base: 'lg', sm: 32 }} gap="md">
      <Stack gap={6} maw={640}>
        <Title order={2}>{t('home.sample.title')}</Title>
        <Text className="quiet">{t('home.sample.about')}</Text>
      </Stack>
      {sample.state === 'loading' ? <Loading sample={sample} /> : <Offer />}
    </Stack>
  );
}

function Offer() {
  const { t } = useTranslation();
  const notify = useNotify();
  const [pace, setPace] = useState<'fast' | 'real'>('fast');
  const load = useChange('loadSample', ['getSample', 'getStatus', 'listJourneys']);
  return (
    <Stack gap="md">
      <Radio.Group
        label={t('home.sample.pace')}
        value={pace}
        onChange={(chosen) => setPace(chosen === 'real' ? 'real' : 'fast')}
      >
        <SimpleGrid cols={{ base: 1, sm: 2 }} mt={6} maw={720}>
          <Choice value="fast" title={t('home.sample.fast')} about={t('home.sample.fastAbout')} />
          <Choice value="real" title={t('home.sample.real')} about={t('home.sample.realAbout')} />
        </SimpleGrid>
      </Radio.Group>
      <Group gap="md">
        <Button
          size="md"
          loading={load.isPending}
          onClick={() => load.mutate({ body: { pace } }, { onError: notify.failed })}
        >
          {t('home.sample.load')}
        </Button>
        <Text size="sm" className="quiet">
          {t('home.sample.safe')}
        </Text>
      </Group>
    </Stack>
  );
}

function Loading({ sample }: { sample: SampleBody }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const share = sample.total === 0 ? 0 : (sample.loaded / sample.total) * 100;
  return (
    <Stack gap={8} maw={560} role="status">
      <Progress value={Math.max(2, share)} size="lg" animated aria-label={t('home.sample.loading')} />
      <Text size="sm" className="quiet figure">
        {t('home.sample.loaded', { loaded: number(sample.loaded), total: number(sample.total) })}
      </Text>
    </Stack>
  );
}
