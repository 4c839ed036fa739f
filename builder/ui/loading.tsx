import { Box, Skeleton, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Grey lines where a list is about to be. */
export function LoadingRows({ rows = 6 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" p="md" role="status" aria-label={t('common.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={34} radius="md" />
      ))}
    </Stack>
  );
}

/** A page about to be. */
export function LoadingPage() {
  return (
    <Box px={{ base: 'md', sm: 32, lg: 48 }} py={{ base: 'lg', sm: 36 }} maw={1240} mx="auto">
      <Skeleton height={30} width={220} mb={32} />
      <LoadingRows />
    </Box>
  );
}
