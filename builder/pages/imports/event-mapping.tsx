import { SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Upload } from '#shared/api/imports.ts';
import { FieldMap } from './field-map.tsx';
import type { MappingOf } from './guess-mapping.ts';
import { TemplateInput } from './template-input.tsx';

type Mapping = MappingOf<'events'>;
type Editor = { upload: Upload; mapping: Mapping; onChange: (mapping: Mapping) => void };
const templates = ['event', 'at', 'email', 'phone', 'userId', 'value', 'id'] as const;

export function EventMapping({ upload, mapping, onChange }: Editor) {
  const { t } = useTranslation();
  const set = (change: Partial<Mapping>) => onChange({ ...mapping, ...change });
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {templates.map((field) => (
          <TemplateInput
            key={field}
            label={t(`imports.field.${field}`)}
            about={t(`imports.fieldAbout.${field}`)}
            upload={upload}
            value={mapping[field]}
            onChange={(template) => set({ [field]: template })}
          />
        ))}
        <TextInput
          label={t('imports.currency')}
          description={t('imports.currencyAbout')}
          maxLength={3}
          value={mapping.currency}
          error={/^[A-Z]{3}$/.test(mapping.currency) ? null : t('imports.currencyWrong')}
          onChange={(event) => set({ currency: event.currentTarget.value.toUpperCase() })}
        />
      </SimpleGrid>
      <FieldMap
        title={t('imports.properties')}
        upload={upload}
        fields={mapping.properties}
        onChange={(properties) => set({ properties })}
      />
    </Stack>
  );
}
