import { Text } from '@mantine/core';
import { IconDoorExit } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ExitStep } from '#shared/steps/exit.ts';
import type { StepFace } from './face.ts';

export const exit: StepFace<ExitStep> = { icon: IconDoorExit, color: 'gray', palette: 60, Form: ExitForm };

function ExitForm() {
  const { t } = useTranslation();
  return (
    <Text size="sm" c="dimmed">
      {t('steps.exit.about')}
    </Text>
  );
}
