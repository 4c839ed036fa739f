import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { DAY_MS, type Duration, HOUR_MS, MINUTE_MS } from '#shared/duration.ts';
import { formatMoney, type Money } from '#shared/money.ts';

type When = string | Date | null;

/** Numbers, money and times as people read them in the language of the page. */
export function useFormats() {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  return useMemo(() => {
    const numbers = new Intl.NumberFormat(language);
    const shares = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
    const days = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
    const instants = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
    const ago = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
    return {
      number: (value: number) => numbers.format(value),
      share: (part: number, whole: number) => (whole === 0 ? '–' : shares.format(part / whole)),
      money: (money: Money | null) => (money ? formatMoney(money, language) : '–'),
      /** Amounts in several currencies, one after the other. */
      moneys: (moneys: readonly Money[]) => moneys.map((money) => formatMoney(money, language)).join(' + ') || '–',
      day: (when: When) => (when ? days.format(new Date(when)) : '–'),
      instant: (when: When) => (when ? instants.format(new Date(when)) : '–'),
      ago: (when: When) => (when ? ago.format(...distance(new Date(when))) : '–'),
      duration: ({ amount, unit }: Duration) => t(`common.duration.${unit}`, { count: amount }),
      bytes: (bytes: number) =>
        bytes < 1_000_000
          ? `${numbers.format(Math.ceil(bytes / 1_000))} KB`
          : `${numbers.format(Math.round(bytes / 100_000) / 10)} MB`,
    };
  }, [t, language]);
}

function distance(when: Date): [number, Intl.RelativeTimeFormatUnit] {
  const ms = when.getTime() - Date.now();
  const size = Math.abs(ms);
  if (size < MINUTE_MS) return [Math.round(ms / 1_000), 'second'];
  if (size < HOUR_MS) return [Math.round(ms / MINUTE_MS), 'minute'];
  if (size < DAY_MS) return [Math.round(ms / HOUR_MS), 'hour'];
  return [Math.round(ms / DAY_MS), 'day'];
}
