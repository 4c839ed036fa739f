import { Alert, Button, Group, Text } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

type Props = { onReload(): void; onOverwrite(): Promise<void> };

/** Somebody else saved this journey meanwhile: take theirs, or keep one's own. */
export function ConflictBanner({ onReload, onOverwrite }: Props) {
  const { t } = useTranslation();
  return (
    <Alert color="orange" radius={0} py="xs" icon={<IconUsers size={18} />} role="alert">
      <Group justify="space-between" gap="xs">
        <Text size="sm" flex="1 1 260px">
          {t('journey.conflict')}
        </Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={onReload}>
            {t('journey.reload')}
          </Button>
          <Button size="xs" color="orange.8" onClick={() => void onOverwrite()}>
            {t('journey.overwrite')}
          </Button>
        </Group>
      </Group>
    </Alert>
  );
}
