import { Button, Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDiscount, IconUpload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Discount } from '#shared/coupon.ts';
import { minorDigits, toMinor } from '#shared/money.ts';
import type { CouponStep } from '#shared/steps/coupon.ts';
import { useRead } from '../api.ts';
import { BeforeInput, MomentInput } from '../ui/moment-input.tsx';
import { Field } from '../ui/field.tsx';
import { PoolUpload } from '../ui/pool-upload.tsx';
import { MessageEditor } from '../ui/message-editor/index.tsx';
import type { StepFace, StepFormProps } from './face.ts';

export const coupon: StepFace<CouponStep> = { icon: IconDiscount, color: 'orange', palette: 20, Form: CouponForm };

const deadlineKinds = ['monthEnd', 'after', 'date'] as const;

function CouponForm({ step, onChange }: StepFormProps<CouponStep>) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <DiscountInput value={step.discount} onChange={(discount) => onChange({ ...step, discount })} />
      <Field path="deadline">
        {(error) => (
          <MomentInput
            label={t('steps.coupon.deadline')}
            value={step.deadline}
            kinds={deadlineKinds}
            coupons={[]}
            error={error}
            onChange={(deadline) => deadline && onChange({ ...step, deadline })}
          />
        )}
      </Field>
      <Stack gap={6}>
        <Text size="sm" fw={500}>
          {t('steps.coupon.leave')}
        </Text>
        <BeforeInput value={step.leaveBefore} onChange={(leaveBefore) => onChange({ ...step, leaveBefore })} />
      </Stack>
      <CodesInput value={step.codes} onChange={(codes) => onChange({ ...step, codes })} />
      <MessageEditor step={step.id} value={step.message} onChange={(said) => onChange({ ...step, message: said })} />
    </Stack>
  );
}

function DiscountInput({ value, onChange }: { value: Discount; onChange(value: Discount): void }) {
  const { t } = useTranslation();
  const ownCurrency = useRead('getSettings').data?.currency ?? 'USD';
  const currency = value.kind === 'amount' ? value.off.currency : ownCurrency;
  const digits = minorDigits(currency);
  return (
    <Group gap={6} align="flex-end" wrap="nowrap">
      <NumberInput
        label={t('steps.coupon.discount')}
        value={value.kind === 'percent' ? value.percent : value.off.minor / 10 ** digits}
        min={0}
        {...(value.kind === 'percent' ? { max: 100, suffix: ' %' } : { decimalScale: digits, suffix: ` ${currency}` })}
        flex={1}
        onChange={(amount) => {
          if (typeof amount !== 'number' || amount <= 0) return;
          onChange(
            value.kind === 'percent'
              ? { kind: 'percent', percent: amount }
              : { kind: 'amount', off: { minor: toMinor(amount, currency), currency } },
          );
        }}
      />
      <Select
        aria-label={t('steps.coupon.discountKind')}
        data={[
          { value: 'percent', label: t('steps.coupon.percent') },
          { value: 'amount', label: t('steps.coupon.amount') },
        ]}
        value={value.kind}
        allowDeselect={false}
        w={120}
        onChange={(kind) =>
          onChange(
            kind === 'percent'
              ? { kind, percent: 10 }
              : { kind: 'amount', off: { minor: toMinor(10, ownCurrency), currency: ownCurrency } },
          )
        }
      />
    </Group>
  );
}

type Codes = CouponStep['codes'];

function CodesInput({ value, onChange }: { value: Codes; onChange(value: Codes): void }) {
  const { t } = useTranslation();
  const pools = useRead('listPools').data?.rows ?? [];
  const [uploading, { open, close }] = useDisclosure();
  return (
    <Stack gap={6}>
      <Select
        label={t('steps.coupon.codes')}
        data={[
          { value: 'generated', label: t('steps.coupon.generated') },
          { value: 'pool', label: t('steps.coupon.pool'), disabled: pools.length === 0 },
        ]}
        value={value.kind}
        allowDeselect={false}
        onChange={(kind) =>
          onChange(kind === 'pool' ? { kind, pool: pools[0]?.id ?? '' } : { kind: 'generated', prefix: '' })
        }
      />
      {value.kind === 'generated' ? (
        <Field path="codes.prefix">
          {(error) => (
            <TextInput
              label={t('steps.coupon.prefix')}
              placeholder="SPRING-"
              value={value.prefix}
              error={error}
              maxLength={12}
              onChange={({ currentTarget }) =>
                onChange({ ...value, prefix: currentTarget.value.toUpperCase().replaceAll(/[^A-Z0-9-]/g, '') })
              }
            />
          )}
        </Field>
      ) : (
        <Field path="codes.pool">
          {(error) => (
            <Select
              label={t('steps.coupon.whichPool')}
              data={pools.map(({ id, name, left }) => ({
                value: id,
                label: t('steps.coupon.poolLeft', { name, left }),
              }))}
              value={value.pool}
              error={error}
              allowDeselect={false}
              onChange={(pool) => pool && onChange({ ...value, pool })}
            />
          )}
        </Field>
      )}
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        style={{ alignSelf: 'flex-start' }}
        leftSection={<IconUpload size={13} />}
        onClick={open}
      >
        {t('steps.coupon.upload')}
      </Button>
      {uploading && <PoolUpload onClose={close} onUploaded={(pool) => onChange({ kind: 'pool', pool })} />}
    </Stack>
  );
}
