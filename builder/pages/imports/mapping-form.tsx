import { Alert, Button, Group, Radio, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportConsent, ImportMapping, ImportPlan, Upload } from '#shared/api/imports.ts';
import { useChange } from '../../api.ts';
import { Choice } from '../../ui/choice.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { useFormats } from '../../ui/formats.ts';
import { Section } from '../../ui/section.tsx';
import { ContactMapping } from './contact-mapping.tsx';
import { DryRunResult } from './dry-run-result.tsx';
import { EventMapping } from './event-mapping.tsx';
import { FilePreview } from './file-preview.tsx';
import { guessKind, guessMapping } from './guess-mapping.ts';

type Form = { upload: Upload; currency: string; onStarted: () => void; onCancel: () => void };

/** Says what a file's columns mean, tries it without changing anything, and starts the import. */
export function MappingForm({ upload, currency, onStarted, onCancel }: Form) {
  const { t } = useTranslation();
  const { bytes } = useFormats();
  const errorText = useErrorText();
  const [mapping, setMapping] = useState<ImportMapping>(() => guessMapping(upload, guessKind(upload), currency));
  const [consent, setConsent] = useState<ImportConsent>({ kind: 'none' });
  const [source, setSource] = useState(upload.fileName.replace(/\.[^.]+$/, '').slice(0, 120));
  const dryRun = useChange('dryRunImport');
  const start = useChange('startImport', ['listImports', 'getStatus', 'listContacts']);
  const plan: ImportPlan = { upload: upload.id, mapping, consent, source: source.trim() };
  const tried = dryRun.data && JSON.stringify(dryRun.variables.body) === JSON.stringify(plan);
  const identified = mapping.email !== '' || mapping.phone !== '' || mapping.userId !== '';
  const problem = dryRun.error ?? start.error;
  return (
    <Stack gap="lg">
      <Section
        title={upload.fileName}
        about={t('imports.fileAbout', {
          size: bytes(upload.bytes),
          encoding: upload.encoding.toUpperCase(),
          count: upload.columns.length,
        })}
        actions={
          <Button variant="subtle" size="compact-sm" onClick={onCancel}>
            {t('imports.otherFile')}
          </Button>
        }
      >
        <Radio.Group
          label={t('imports.kind')}
          value={mapping.kind}
          onChange={(kind) => setMapping(guessMapping(upload, kind === 'events' ? 'events' : 'contacts', currency))}
        >
          <SimpleGrid cols={{ base: 1, sm: 2 }} mt={6}>
            <Choice value="contacts" title={t('imports.contacts')} about={t('imports.contactsAbout')} />
            <Choice value="events" title={t('imports.events')} about={t('imports.eventsAbout')} />
          </SimpleGrid>
        </Radio.Group>
      </Section>
      <Section title={t('imports.mapping')} about={t('imports.mappingAbout', { example: '{{ customer_id }}' })}>
        {mapping.kind === 'contacts' ? (
          <ContactMapping upload={upload} mapping={mapping} onChange={setMapping} />
        ) : (
          <EventMapping upload={upload} mapping={mapping} onChange={setMapping} />
        )}
      </Section>
      <FilePreview upload={upload} mapping={mapping} />
      <Section title={t('imports.consent')} about={t('imports.consentAbout')}>
        <Stack gap="md">
          <ConsentChoice columns={upload.columns} value={consent} onChange={setConsent} />
          <TextInput
            label={t('imports.source')}
            description={t('imports.sourceAbout')}
            maw={420}
            maxLength={120}
            required
            value={source}
            onChange={(event) => setSource(event.currentTarget.value)}
          />
        </Stack>
      </Section>
      {tried ? <DryRunResult result={dryRun.data} /> : null}
      {problem ? (
        <Alert color="red" role="alert">
          {errorText(problem)}
        </Alert>
      ) : null}
      <Group gap="sm">
        <Button
          variant={tried ? 'default' : 'filled'}
          size="md"
          loading={dryRun.isPending}
          disabled={!identified || plan.source === ''}
          onClick={() => dryRun.mutate({ body: plan })}
        >
          {t('imports.dryRun')}
        </Button>
        <Button
          size="md"
          variant={tried ? 'filled' : 'default'}
          disabled={!tried || dryRun.data.good === 0}
          loading={start.isPending}
          onClick={() => start.mutate({ body: plan }, { onSuccess: onStarted })}
        >
          {t('imports.start')}
        </Button>
        <Text size="sm" className="quiet">
          {identified ? (tried ? null : t('imports.dryRunFirst')) : t('imports.identityNeeded')}
        </Text>
      </Group>
    </Stack>
  );
}

type Consents = { columns: readonly string[]; value: ImportConsent; onChange: (consent: ImportConsent) => void };

function ConsentChoice({ columns, value, onChange }: Consents) {
  const { t } = useTranslation();
  const choose = (kind: string) => {
    if (kind === 'column') onChange({ kind, column: columns[0] ?? '' });
    else onChange({ kind: kind === 'all' ? 'all' : 'none' });
  };
  return (
    <Radio.Group value={value.kind} onChange={choose} aria-label={t('imports.consent')}>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Choice value="none" title={t('imports.consentNone')} about={t('imports.consentNoneAbout')} />
        <Choice value="all" title={t('imports.consentAll')} about={t('imports.consentAllAbout')} />
        <Choice value="column" title={t('imports.consentColumn')} about={t('imports.consentColumnAbout')} />
      </SimpleGrid>
      {value.kind === 'column' ? (
        <Select
          mt="sm"
          maw={420}
          label={t('imports.column')}
          data={[...columns]}
          value={value.column}
          allowDeselect={false}
          onChange={(column) => onChange({ kind: 'column', column: column ?? '' })}
        />
      ) : null}
    </Radio.Group>
  );
}
