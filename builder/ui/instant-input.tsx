import { DateTimePicker } from '@mantine/dates';
import 'dayjs/locale/zh-cn';
import { useTranslation } from 'react-i18next';

type Props = {
  label: string;
  value: Date | null;
  onChange(value: Date | null): void;
  /** What no instant means; with it the instant can be taken away. */
  none?: string;
  /** Leaves the label to screen readers. */
  hidden?: 'label';
};

/** A date and time, typed into a clock and picked from a calendar in the page's language. */
export function InstantInput({ label, value, onChange, none, hidden }: Props) {
  const { t, i18n } = useTranslation();
  const clearing = none === undefined ? {} : { placeholder: none, clearable: true };
  return (
    <DateTimePicker
      {...(hidden ? { 'aria-label': label } : { label })}
      {...clearing}
      value={value}
      valueFormat="YYYY-MM-DD HH:mm"
      locale={i18n.language === 'zh-CN' ? 'zh-cn' : 'en'}
      previousLabel={t('common.calendar.earlier')}
      nextLabel={t('common.calendar.later')}
      clearButtonProps={{ 'aria-label': t('common.calendar.clear') }}
      submitButtonProps={{ 'aria-label': t('common.calendar.done') }}
      timePickerProps={{
        hoursInputLabel: t('common.calendar.hours'),
        minutesInputLabel: t('common.calendar.minutes'),
      }}
      onChange={(at) => onChange(at ? new Date(at) : null)}
    />
  );
}
