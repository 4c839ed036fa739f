import { Chip, Group, Input, Select, Stack, Text } from '@mantine/core';
import { TimeInput } from '@mantine/dates';
import { useTranslation } from 'react-i18next';
import type { Duration } from '#shared/duration.ts';
import type { Moment } from '#shared/moment.ts';
import { DurationInput } from './duration-input.tsx';
import { InstantInput } from './instant-input.tsx';

export type CouponChoice = { value: string; label: string };
type MomentKind = Moment['kind'];

type Props = {
  label: string;
  value: Moment | null;
  onChange(value: Moment | null): void;
  kinds?: readonly MomentKind[];
  /** Coupon steps whose deadline can be named. */
  coupons: readonly CouponChoice[];
  /** What no moment means; without it one must be named. */
  none?: string;
  error?: string | null;
};

export const momentKinds = ['after', 'date', 'weekday', 'monthEnd', 'couponDeadline'] as const satisfies MomentKind[];

/** A point in time relative to a person: after a while, a date, a weekday, the month's end, a coupon's deadline. */
export function MomentInput({ label, value, onChange, kinds = momentKinds, coupons, none, error }: Props) {
  const { t } = useTranslation();
  const offered = kinds.filter((kind) => kind !== 'couponDeadline' || coupons.length > 0 || value?.kind === kind);
  return (
    <Stack gap={6}>
      <Select
        label={label}
        error={error ?? null}
        data={[
          ...(none === undefined ? [] : [{ value: 'none', label: none }]),
          ...offered.map((kind) => ({ value: kind, label: t(`moments.kinds.${kind}`) })),
        ]}
        value={value?.kind ?? 'none'}
        allowDeselect={false}
        onChange={(chosen) => {
          const kind = offered.find((each) => each === chosen);
          if (chosen === 'none') onChange(null);
          else if (kind && kind !== value?.kind) onChange(startOf(kind, coupons[0]?.value ?? ''));
        }}
      />
      {value && <MomentDetail label={label} value={value} coupons={coupons} onChange={onChange} />}
    </Stack>
  );
}

type DetailProps = { label: string; value: Moment; coupons: readonly CouponChoice[]; onChange(value: Moment): void };

function MomentDetail({ label, value, coupons, onChange }: DetailProps) {
  const { t } = useTranslation();
  switch (value.kind) {
    case 'after':
      return (
        <DurationInput
          label={label}
          hidden="label"
          value={value.duration}
          onChange={(duration) => onChange({ ...value, duration })}
        />
      );
    case 'date':
      return (
        <InstantInput
          label={t('moments.dateAndTime')}
          hidden="label"
          value={new Date(value.at)}
          onChange={(at) => at && onChange({ ...value, at: at.toISOString() })}
        />
      );
    case 'weekday':
      return <WeekdayInput value={value} onChange={onChange} />;
    case 'monthEnd':
      return <BeforeInput value={value.before} onChange={(before) => onChange({ ...value, before })} />;
    case 'couponDeadline':
      return (
        <Stack gap={6}>
          <Select
            aria-label={t('moments.whichCoupon')}
            data={[...coupons]}
            value={value.coupon || null}
            placeholder={t('moments.whichCoupon')}
            allowDeselect={false}
            onChange={(coupon) => coupon && onChange({ ...value, coupon })}
          />
          <BeforeInput value={value.before} onChange={(before) => onChange({ ...value, before })} />
        </Stack>
      );
  }
}

/** How long before a named instant; nothing: at the instant itself. */
export function BeforeInput({ value, onChange }: { value: Duration | null; onChange(value: Duration | null): void }) {
  const { t } = useTranslation();
  return (
    <Group gap={6} wrap="nowrap" align="center">
      <Select
        aria-label={t('moments.exactlyOrBefore')}
        data={[
          { value: 'at', label: t('moments.at') },
          { value: 'before', label: t('moments.before') },
        ]}
        value={value ? 'before' : 'at'}
        allowDeselect={false}
        w={value ? 136 : '100%'}
        onChange={(chosen) => onChange(chosen === 'before' ? { amount: 3, unit: 'day' } : null)}
      />
      {value && <DurationInput label={t('moments.howLongBefore')} hidden="label" value={value} onChange={onChange} />}
    </Group>
  );
}

type Weekday = Extract<Moment, { kind: 'weekday' }>;

function WeekdayInput({ value, onChange }: { value: Weekday; onChange(value: Weekday): void }) {
  const { t, i18n } = useTranslation();
  return (
    <Stack gap={6}>
      <Input.Wrapper label={t('moments.weekdays')} labelElement="div">
        <Chip.Group
          multiple
          value={value.weekdays.map(String)}
          onChange={(chosen) =>
            chosen.length > 0 &&
            onChange({ ...value, weekdays: chosen.map(Number).toSorted((one, other) => one - other) })
          }
        >
          <Group gap={4}>
            {weekdayNames(i18n.language).map((name, index) => (
              <Chip key={name} value={String(index + 1)} size="xs">
                {name}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Input.Wrapper>
      <TimeInput
        label={t('moments.time')}
        value={value.time}
        onChange={({ currentTarget }) =>
          currentTarget.value && onChange({ ...value, time: currentTarget.value.slice(0, 5) })
        }
      />
      <Text size="xs" c="dimmed">
        {t('moments.timeZoneHint')}
      </Text>
    </Stack>
  );
}

/** Monday to Sunday, short, in the page's language. */
export function weekdayNames(language: string): string[] {
  const name = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' });
  return Array.from({ length: 7 }, (_, day) => name.format(Date.UTC(2024, 0, 1 + day)));
}

function startOf(kind: MomentKind, coupon: string): Moment {
  switch (kind) {
    case 'after':
      return { kind, duration: { amount: 1, unit: 'day' } };
    case 'date':
      return { kind, at: tomorrowMorning().toISOString() };
    case 'weekday':
      return { kind, weekdays: [2], time: '09:00' };
    case 'monthEnd':
      return { kind, before: null };
    case 'couponDeadline':
      return { kind, coupon, before: null };
  }
}

function tomorrowMorning(): Date {
  const day = new Date();
  day.setDate(day.getDate() + 1);
  day.setHours(9, 0, 0, 0);
  return day;
}
