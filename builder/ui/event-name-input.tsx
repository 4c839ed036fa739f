import { Autocomplete } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useRead } from '../api.ts';

type Props = {
  value: string;
  onChange(value: string): void;
  label?: string;
  size?: 'xs' | 'sm';
  error?: string | null;
  w?: number;
};

/** An event's name: one of those seen so far, or any other. */
export function EventNameInput({ value, onChange, label, size = 'sm', error, w }: Props) {
  const { t } = useTranslation();
  const { data } = useRead('listEventNames');
  return (
    <Autocomplete
      {...(label ? { label } : { 'aria-label': t('conditions.event') })}
      {...(w ? { w } : {})}
      size={size}
      placeholder={t('conditions.eventPlaceholder')}
      data={data?.rows ?? []}
      limit={50}
      value={value}
      error={error ?? !value.trim()}
      comboboxProps={{ shadow: 'md' }}
      onChange={onChange}
    />
  );
}
