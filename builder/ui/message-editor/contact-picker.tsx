import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../api.ts';

/** Chooses whose eyes to look through, by name or e-mail. */
export function ContactPicker({ value, onChange }: { value: string | null; onChange(value: string | null): void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, 250);
  const found = useRead(
    'listContacts',
    { query: { limit: 20, ...(search ? { search } : {}) } },
    { keepPrevious: true },
  );
  const rows = found.data?.rows ?? [];
  return (
    <Select
      flex={1}
      label={t('message.previewAs')}
      placeholder={t('message.someone')}
      searchable
      clearable
      nothingFoundMessage={t('message.nobodyFound')}
      filter={({ options }) => options}
      data={rows.map(({ id, name, email }) => ({
        value: id,
        label: name && email ? `${name} · ${email}` : name || email || id,
      }))}
      value={value}
      onSearchChange={setTyped}
      onChange={onChange}
      comboboxProps={{ zIndex: 400 }}
    />
  );
}
