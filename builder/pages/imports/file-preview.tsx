import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImportMapping, Upload } from '#shared/api/imports.ts';
import { Section } from '../../ui/section.tsx';
import { renderTemplate } from './render-template.ts';

const ROWS_SHOWN = 5;

/** The file's first rows as they would come in with the mapping as it stands. */
export function FilePreview({ upload, mapping }: { upload: Upload; mapping: ImportMapping }) {
  const { t } = useTranslation();
  const columns = columnsOf(mapping).filter(({ template }) => template !== '');
  return (
    <Section title={t('imports.preview')} about={t('imports.previewAbout')} flush>
      <Table.ScrollContainer minWidth={Math.min(900, 120 * columns.length)}>
        <Table className="plain-rows" fz="sm">
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ name, label }) => (
                <Table.Th key={name}>{label ? t(label) : name}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {upload.sample.slice(0, ROWS_SHOWN).map((row, line) => (
              <Table.Tr key={line}>
                {columns.map(({ name, template }) => (
                  <Table.Td key={name} style={{ whiteSpace: 'nowrap' }}>
                    {renderTemplate(template, row) || (
                      <Text span className="quiet">
                        –
                      </Text>
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}

type Column = { name: string; label: string | null; template: string };

function columnsOf(mapping: ImportMapping): Column[] {
  const fields = mapping.kind === 'contacts' ? mapping.profile : mapping.properties;
  const named = Object.entries(fields).map(([name, template]) => ({ name, label: null, template }));
  const identities = (['email', 'phone', 'userId'] as const).map((name) => ({
    name: `#${name}`,
    label: `imports.field.${name}`,
    template: mapping[name],
  }));
  if (mapping.kind === 'contacts') return [...identities, ...named];
  const own = (['event', 'at', 'value', 'id'] as const).map((name) => ({
    name: `#${name}`,
    label: `imports.field.${name}`,
    template: mapping[name],
  }));
  return [...own, ...identities, ...named];
}
