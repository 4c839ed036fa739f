import { SimpleGrid, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconFileImport, IconPlugConnected } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SampleBody } from '#shared/api/workspace.ts';
import { LoadSample } from './load-sample.tsx';
import { LinkButton } from '../../ui/link-button.tsx';

/** Three ways to begin: the sample shop first, then one's own file or shop. */
export function Start({ sample }: { sample: SampleBody }) {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <LoadSample sample={sample} />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
        <Stack className="card" p="lg" gap="sm" align="flex-start">
          <ThemeIcon size={40} variant="light">
            <IconFileImport size={20} stroke={1.6} />
          </ThemeIcon>
          <Title order={2} fz="md">
            {t('home.ownFile.title')}
          </Title>
          <Text size="sm" className="quiet" style={{ flex: 1 }}>
            {t('home.ownFile.about')}
          </Text>
          <LinkButton to="/imports" variant="default">
            {t('home.ownFile.action')}
          </LinkButton>
        </Stack>
        <Stack className="card" p="lg" gap="sm" align="flex-start">
          <ThemeIcon size={40} variant="light">
            <IconPlugConnected size={20} stroke={1.6} />
          </ThemeIcon>
          <Title order={2} fz="md">
            {t('home.connect.title')}
          </Title>
          <Text size="sm" className="quiet" style={{ flex: 1 }}>
            {t('home.connect.about')}
          </Text>
          <LinkButton to="/settings" search={{ tab: 'keys' }} variant="default">
            {t('home.connect.action')}
          </LinkButton>
        </Stack>
      </SimpleGrid>
    </Stack>
  );
}
