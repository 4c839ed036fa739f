import { ActionIcon, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Upload } from '#shared/api/imports.ts';
import { TemplateInput } from './template-input.tsx';
import { AddButton } from '../../ui/add-button.tsx';

type Fields = Readonly<Record<string, string>>;
type Editor = { title: string; upload: Upload; fields: Fields; onChange: (fields: Record<string, string>) => void };

/** Further values by name: traits of a contact, properties of an event. */
export function FieldMap({ title, upload, fields, onChange }: Editor) {
  const { t } = useTranslation();
  // Kept as a list, so that a name may be empty or double for a moment while it is typed.
  const [rows, setRows] = useState(() =>
    Object.entries(fields).map(([name, template], key) => ({ key, name, template })),
  );
  const change = (next: typeof rows) => {
    setRows(next);
    onChange(
      Object.fromEntries(next.filter(({ name }) => name.trim() !== '').map((row) => [row.name.trim(), row.template])),
    );
  };
  const add = () => change([...rows, { key: Math.max(-1, ...rows.map(({ key }) => key)) + 1, name: '', template: '' }]);
  return (
    <Fieldset legend={title} variant="unstyled">
      <Stack gap="sm">
        {rows.length === 0 ? (
          <Text size="sm" className="quiet">
            {t('imports.noFields')}
          </Text>
        ) : null}
        {rows.map((row) => (
          <Group key={row.key} gap="sm" align="flex-start" wrap="nowrap">
            <TextInput
              label={t('common.name')}
              value={row.name}
              maxLength={100}
              style={{ flex: 1, minWidth: 0 }}
              onChange={(event) => {
                const name = event.currentTarget.value;
                change(rows.map((each) => (each.key === row.key ? { ...each, name } : each)));
              }}
            />
            <div style={{ flex: 2, minWidth: 0 }}>
              <TemplateInput
                label={t('imports.value')}
                upload={upload}
                value={row.template}
                onChange={(template) =>
                  change(rows.map((each) => (each.key === row.key ? { ...each, template } : each)))
                }
              />
            </div>
            <ActionIcon
              mt={26}
              size={36}
              variant="subtle"
              color="gray"
              aria-label={t('imports.removeField', { name: row.name })}
              onClick={() => change(rows.filter(({ key }) => key !== row.key))}
            >
              <IconX size={16} />
            </ActionIcon>
          </Group>
        ))}
        <AddButton onClick={add}>{t('imports.addField')}</AddButton>
      </Stack>
    </Fieldset>
  );
}
