import { SimpleGrid, Stack, TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Upload } from '#shared/api/imports.ts';
import { FieldMap } from './field-map.tsx';
import type { MappingOf } from './guess-mapping.ts';
import { TemplateInput } from './template-input.tsx';

type Mapping = MappingOf<'contacts'>;
type Editor = { upload: Upload; mapping: Mapping; onChange: (mapping: Mapping) => void };

export function ContactMapping({ upload, mapping, onChange }: Editor) {
  const { t } = useTranslation();
  const set = (change: Partial<Mapping>) => onChange({ ...mapping, ...change });
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <TemplateInput
          label={t('common.email')}
          upload={upload}
          value={mapping.email}
          onChange={(email) => set({ email })}
        />
        <TemplateInput
          label={t('contacts.phone')}
          upload={upload}
          value={mapping.phone}
          onChange={(phone) => set({ phone })}
        />
        <TemplateInput
          label={t('contacts.identity.userId')}
          upload={upload}
          value={mapping.userId}
          onChange={(userId) => set({ userId })}
        />
      </SimpleGrid>
      <FieldMap
        title={t('imports.profile')}
        upload={upload}
        fields={mapping.profile}
        onChange={(profile) => set({ profile })}
      />
      <TagsInput
        label={t('imports.tags')}
        description={t('imports.tagsAbout')}
        maw={420}
        value={mapping.tags}
        onChange={(tags) => set({ tags })}
        acceptValueOnBlur
      />
    </Stack>
  );
}
