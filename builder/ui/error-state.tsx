import { Alert, Box, Button, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from './error-text.ts';

/** What went wrong in words, and the way to try again. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <Box p="md" maw={640} mx="auto" w="100%">
      <Alert color="red" icon={<IconAlertTriangle />} title={t('common.loadFailed')} role="alert">
        <Stack align="flex-start" gap="sm">
          <Text size="sm">{errorText(error)}</Text>
          {retry ? (
            <Button size="xs" variant="light" color="red" onClick={retry}>
              {t('common.retry')}
            </Button>
          ) : null}
        </Stack>
      </Alert>
    </Box>
  );
}
