import { Button, Group, NumberInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { IconTargetArrow, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Brief, CallToAction, Target } from '#shared/brief.ts';
import { EventMatchEditor } from './event-match-editor.tsx';
import { Field } from './field.tsx';
import { type CouponChoice, MomentInput } from './moment-input.tsx';

type Props = {
  value: Brief;
  onChange(value: Brief): void;
  /** Where people come from if the brief does not say. */
  inheritedSource: string;
  /** How the step reaches people; follows from its kind and channel. */
  format: string | null;
  coupons: readonly CouponChoice[];
};

/** The four elements behind a step: target, traffic source, format, call to action. */
export function BriefEditor({ value, onChange, inheritedSource, format, coupons }: Props) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Field path="brief.target">
        {(error) => (
          <TargetInput value={value.target} error={error} onChange={(target) => onChange({ ...value, target })} />
        )}
      </Field>
      <Field path="brief.source">
        {(error) => (
          <TextInput
            label={t('brief.source')}
            placeholder={inheritedSource ? t('brief.inherited', { source: inheritedSource }) : t('brief.sourceExample')}
            value={value.source ?? ''}
            error={error}
            onChange={({ currentTarget }) => onChange({ ...value, source: currentTarget.value || null })}
          />
        )}
      </Field>
      {format && (
        <Group gap={8} wrap="nowrap" align="baseline">
          <Text size="sm" fw={500}>
            {t('brief.format')}
          </Text>
          <Text size="sm" c="dimmed">
            {format}
          </Text>
        </Group>
      )}
      <CallToActionEditor
        value={value.callToAction}
        coupons={coupons}
        onChange={(callToAction) => onChange({ ...value, callToAction })}
      />
    </Stack>
  );
}

type TargetProps = { value: Target | null; onChange(value: Target | null): void; error: string | null };

function TargetInput({ value, onChange, error }: TargetProps) {
  const { t } = useTranslation();
  const kind = value?.kind ?? 'share';
  const amount = value === null ? '' : value.kind === 'count' ? value.count : value.percent;
  const change = (next: string | number, as: Target['kind']) => {
    const number = Number(next);
    if (next === '' || number <= 0) onChange(null);
    else if (as === 'count') onChange({ kind: 'count', count: Math.max(1, Math.round(number)) });
    else onChange({ kind: 'share', percent: Math.min(100, number) });
  };
  return (
    <Group gap={6} align="flex-end" wrap="nowrap">
      <NumberInput
        label={t('brief.target')}
        description={t('brief.targetHint')}
        placeholder={t('brief.targetExample')}
        value={amount}
        min={0}
        error={error}
        flex={1}
        suffix={kind === 'share' ? ' %' : ''}
        onChange={(next) => change(next, kind)}
      />
      <SegmentedControl
        size="xs"
        mb={error ? 22 : 2}
        aria-label={t('brief.targetKind')}
        data={[
          { value: 'share', label: '%' },
          { value: 'count', label: t('brief.people') },
        ]}
        value={kind}
        onChange={(as) => change(amount === '' ? 10 : amount, as === 'count' ? 'count' : 'share')}
      />
    </Group>
  );
}

type CallToActionProps = {
  value: CallToAction | null;
  onChange(value: CallToAction | null): void;
  coupons: readonly CouponChoice[];
};

function CallToActionEditor({ value, onChange, coupons }: CallToActionProps) {
  const { t } = useTranslation();
  if (value === null) {
    return (
      <Field path="brief.callToAction">
        {(error) => (
          <Stack gap={4} align="flex-start">
            <Button
              size="xs"
              variant="light"
              {...(error ? { color: 'red' } : {})}
              leftSection={<IconTargetArrow size={15} />}
              onClick={() =>
                onChange({ label: '', link: '', until: null, proof: { event: 'Order Completed', where: [] } })
              }
            >
              {t('brief.addCallToAction')}
            </Button>
            {error && (
              <Text size="xs" c="red">
                {error}
              </Text>
            )}
          </Stack>
        )}
      </Field>
    );
  }
  return (
    <Stack gap="xs" p="sm" style={{ border: '1px solid var(--card-border)', borderRadius: 10 }}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={600}>
          {t('brief.callToAction')}
        </Text>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<IconTrash size={13} />}
          onClick={() => onChange(null)}
        >
          {t('common.remove')}
        </Button>
      </Group>
      <CallToActionFields value={value} coupons={coupons} onChange={onChange} />
    </Stack>
  );
}

type FieldsProps = { value: CallToAction; onChange(value: CallToAction): void; coupons: readonly CouponChoice[] };

function CallToActionFields({ value, onChange, coupons }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Field path="brief.callToAction.label">
        {(error) => (
          <TextInput
            label={t('brief.label')}
            placeholder={t('brief.labelExample')}
            value={value.label}
            error={error}
            onChange={({ currentTarget }) => onChange({ ...value, label: currentTarget.value })}
          />
        )}
      </Field>
      <Field path="brief.callToAction.link">
        {(error) => (
          <TextInput
            label={t('brief.link')}
            placeholder="https://"
            value={value.link}
            error={error}
            onChange={({ currentTarget }) => onChange({ ...value, link: currentTarget.value })}
          />
        )}
      </Field>
      <Field path="brief.callToAction.until">
        {(error) => (
          <MomentInput
            label={t('brief.until')}
            none={t('brief.sevenDays')}
            value={value.until}
            coupons={coupons}
            error={error}
            onChange={(until) => onChange({ ...value, until })}
          />
        )}
      </Field>
      <Field path="brief.callToAction.proof.event">
        {(error) => (
          <EventMatchEditor
            label={t('brief.proof')}
            value={value.proof}
            error={error}
            onChange={(proof) => onChange({ ...value, proof })}
          />
        )}
      </Field>
    </>
  );
}
