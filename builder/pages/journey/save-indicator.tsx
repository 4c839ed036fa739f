import { Button, Group, Loader, Text } from '@mantine/core';
import { IconAlertTriangle, IconCloudCheck, IconCloudX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Autosave } from '../../canvas/autosave.ts';

/** Whether the drawing is safe. */
export function SaveIndicator({ autosave: { state, flush } }: { autosave: Autosave }) {
  const { t } = useTranslation();
  if (state === 'failed') {
    return (
      <Button
        size="compact-xs"
        variant="light"
        color="red"
        leftSection={<IconCloudX size={14} />}
        onClick={() => void flush()}
      >
        {t('journey.saveFailed')}
      </Button>
    );
  }
  const wrong = state === 'invalid' || state === 'conflict';
  return (
    <Group gap={5} wrap="nowrap" role="status" aria-live="polite" data-testid="save-state" data-state={state}>
      {wrong && <IconAlertTriangle size={15} color="var(--mantine-color-orange-7)" aria-hidden />}
      {(state === 'saving' || state === 'unsaved') && <Loader size={12} color="gray" />}
      {state === 'saved' && <IconCloudCheck size={15} color="var(--mantine-color-dimmed)" aria-hidden />}
      <Text size="xs" c={wrong ? 'orange.8' : 'dimmed'} style={{ whiteSpace: 'nowrap' }}>
        {t(`journey.saveState.${state}`)}
      </Text>
    </Group>
  );
}
