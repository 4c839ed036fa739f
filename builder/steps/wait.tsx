import { Text } from '@mantine/core';
import { IconClockHour4 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { WaitStep } from '#shared/steps/wait.ts';
import { canBePast } from '#shared/moment.ts';
import { useCoupons } from '../canvas/coupons.ts';
import { Field } from '../ui/field.tsx';
import { MomentInput } from '../ui/moment-input.tsx';
import type { StepFace, StepFormProps } from './face.ts';

export const wait: StepFace<WaitStep> = { icon: IconClockHour4, color: 'blue', palette: 30, Form: WaitForm };

function WaitForm({ step, onChange }: StepFormProps<WaitStep>) {
  const { t } = useTranslation();
  const coupons = useCoupons(step.id);
  return (
    <>
      <Field path="until">
        {(error) => (
          <MomentInput
            label={t('steps.wait.until')}
            value={step.until}
            coupons={coupons}
            error={error}
            onChange={(until) => until && onChange({ ...step, until })}
          />
        )}
      </Field>
      {canBePast(step.until) && (
        <Text size="xs" c="dimmed">
          {t('steps.wait.pastHint')}
        </Text>
      )}
    </>
  );
}
