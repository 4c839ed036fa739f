import { Autocomplete, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Upload } from '#shared/api/imports.ts';
import { columnTemplate } from './guess-mapping.ts';
import { renderTemplate } from './render-template.ts';

type Field = { label: string; about?: string; upload: Upload; value: string; onChange: (template: string) => void };

/** A mapped value: a column to choose, or a template to write, with what it comes to in the first row. */
export function TemplateInput({ label, about, upload, value, onChange }: Field) {
  const { t } = useTranslation();
  const [first] = upload.sample;
  const shown = value && first ? renderTemplate(value, first) : '';
  return (
    <div>
      <Autocomplete
        label={label}
        description={about}
        placeholder={t('imports.unmapped')}
        data={upload.columns.filter(Boolean).map(columnTemplate)}
        filter={({ options }) => options}
        value={value}
        onChange={onChange}
        maxLength={500}
        clearable
        error={shown === null ? t('imports.templateWrong') : null}
      />
      {shown ? (
        <Text size="xs" className="quiet" mt={4} truncate title={shown}>
          {t('imports.becomes', { value: shown })}
        </Text>
      ) : null}
    </div>
  );
}
