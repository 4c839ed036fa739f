import { SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DryRun, ImportBody } from '#shared/api/imports.ts';
import { Figure } from '../../ui/figure.tsx';
import { useFormats } from '../../ui/formats.ts';
import { Section } from '../../ui/section.tsx';

/** What the import would do, in numbers, and the first rows it could not take. */
export function DryRunResult({ result }: { result: DryRun }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  return (
    <Section
      title={t('imports.dryRunTitle')}
      about={t(result.whole ? 'imports.dryRunAbout' : 'imports.dryRunPart', { rows: number(result.rows) })}
    >
      <Stack gap="md" role="status">
        <SimpleGrid cols={{ base: 2, sm: 5 }}>
          <Figure label={t('imports.rows')}>{number(result.rows)}</Figure>
          <Figure label={t('imports.good')}>{number(result.good)}</Figure>
          <Figure label={t('imports.bad')}>{number(result.bad)}</Figure>
          <Figure label={t('imports.newContacts')}>{number(result.newContacts)}</Figure>
          <Figure label={t('imports.knownContacts')}>{number(result.knownContacts)}</Figure>
        </SimpleGrid>
        <RowErrors errors={result.errors} />
      </Stack>
    </Section>
  );
}

/** Rows that were not taken, by line. */
export function RowErrors({ errors }: { errors: ImportBody['errors'] }) {
  const { t } = useTranslation();
  if (errors.length === 0) return null;
  return (
    <Table fz="sm" withRowBorders={false} verticalSpacing={4}>
      <Table.Caption style={{ captionSide: 'top', textAlign: 'start' }}>{t('imports.firstErrors')}</Table.Caption>
      <Table.Tbody>
        {errors.slice(0, 10).map(({ line, reason }) => (
          <Table.Tr key={`${line}:${reason}`}>
            <Table.Td w={90} className="quiet" style={{ whiteSpace: 'nowrap' }}>
              {t('imports.line', { line })}
            </Table.Td>
            <Table.Td>
              <Text size="sm">{reason}</Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
