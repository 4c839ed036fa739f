import { Select } from '@mantine/core';
import { IconBolt } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { WaitForEventStep } from '#shared/steps/wait-for-event.ts';
import { useCoupons } from '../canvas/coupons.ts';
import { EventMatchEditor } from '../ui/event-match-editor.tsx';
import { Field } from '../ui/field.tsx';
import { MomentInput } from '../ui/moment-input.tsx';
import type { StepFace, StepFormProps } from './face.ts';

export const waitForEvent: StepFace<WaitForEventStep> = {
  icon: IconBolt,
  color: 'grape',
  palette: 40,
  Form: WaitForEventForm,
};

function WaitForEventForm({ step, onChange }: StepFormProps<WaitForEventStep>) {
  const { t } = useTranslation();
  const coupons = useCoupons(step.id);
  const { awaits } = step;
  return (
    <>
      <Select
        label={t('steps.wait-for-event.awaits')}
        data={[
          { value: 'event', label: t('steps.wait-for-event.anEvent') },
          { value: 'coupon', label: t('steps.wait-for-event.aCoupon'), disabled: coupons.length === 0 },
        ]}
        value={awaits.kind}
        allowDeselect={false}
        onChange={(kind) =>
          onChange({
            ...step,
            awaits:
              kind === 'coupon'
                ? { kind, coupon: coupons[0]?.value ?? '' }
                : { kind: 'event', match: { event: 'Order Completed', where: [] } },
          })
        }
      />
      {awaits.kind === 'event' ? (
        <Field path="awaits.match">
          {(error) => (
            <EventMatchEditor
              label={t('conditions.event')}
              value={awaits.match}
              error={error}
              onChange={(match) => onChange({ ...step, awaits: { ...awaits, match } })}
            />
          )}
        </Field>
      ) : (
        <Field path="coupon">
          {(error) => (
            <Select
              label={t('moments.whichCoupon')}
              data={coupons}
              value={awaits.coupon}
              error={error}
              allowDeselect={false}
              onChange={(coupon) => coupon && onChange({ ...step, awaits: { ...awaits, coupon } })}
            />
          )}
        </Field>
      )}
      <Field path="until">
        {(error) => (
          <MomentInput
            label={t('steps.wait-for-event.until')}
            value={step.until}
            coupons={coupons}
            error={error}
            onChange={(until) => until && onChange({ ...step, until })}
          />
        )}
      </Field>
    </>
  );
}
