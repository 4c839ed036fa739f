import { Box, Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Logo } from './logo.tsx';
import { LanguageSwitch } from './navigation.tsx';
import { usePageTitle } from './page-frame.tsx';

/** The frame of pages before anyone is signed in: one card, the product's promise beneath. */
export function OpenFrame({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  const { t } = useTranslation();
  usePageTitle(title);
  return (
    <Stack mih="100dvh" justify="space-between" p={{ base: 'md', sm: 'xl' }} className="meadow-sky">
      <Group justify="space-between">
        <Logo />
        <LanguageSwitch />
      </Group>
      <Paper component="main" className="card" p={{ base: 'lg', sm: 36 }} w="100%" maw={440} mx="auto" shadow="md">
        <Stack gap="lg">
          <Box>
            <Title order={1}>{title}</Title>
            <Text className="quiet" mt={6}>
              {about}
            </Text>
          </Box>
          {children}
        </Stack>
      </Paper>
      <Text ta="center" size="sm" className="quiet" maw={520} mx="auto">
        {t('welcome.promise')}
      </Text>
    </Stack>
  );
}
