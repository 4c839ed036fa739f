import { Anchor, Checkbox, Code, Loader, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Entry } from '#shared/journey.ts';
import { useRead } from '../api.ts';
import { ConditionEditor } from '../ui/condition-editor/index.tsx';
import { EventMatchEditor } from '../ui/event-match-editor.tsx';
import { Field } from '../ui/field.tsx';
import { useFormats } from '../ui/formats.ts';

type Of<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>;
type Part<Value> = { value: Value; onChange(value: Entry): void };

/** How people come in: from a segment, by an event, or by the API; and the traffic source that steps inherit. */
export function EntryEditor({ value, onChange }: Part<Entry | null>) {
  const { t } = useTranslation();
  return (
    <Field path="entry">
      {(error) => (
        <Stack gap="sm">
          <Text size="sm" fw={500}>
            {t('entry.how')}
          </Text>
          <SegmentedControl
            aria-label={t('entry.how')}
            data={[
              { value: 'segment', label: t('entry.segment') },
              { value: 'event', label: t('entry.event') },
              { value: 'api', label: t('entry.api') },
            ]}
            value={value?.kind ?? ''}
            onChange={(kind) => onChange(startOf(kind, value?.source ?? ''))}
          />
          {error && (
            <Text size="xs" c="red">
              {error}
            </Text>
          )}
          {value?.kind === 'segment' && <SegmentEntry value={value} onChange={onChange} />}
          {value?.kind === 'event' && <EventEntry value={value} onChange={onChange} />}
          {value?.kind === 'api' && <ApiEntry />}
          {value && (
            <TextInput
              label={t('brief.source')}
              description={t('entry.sourceHint')}
              placeholder={t('brief.sourceExample')}
              value={value.source}
              onChange={({ currentTarget }) => onChange({ ...value, source: currentTarget.value })}
            />
          )}
        </Stack>
      )}
    </Field>
  );
}

function startOf(kind: string, source: string): Entry {
  if (kind === 'event') {
    return { kind, source, match: { event: 'Order Completed', where: [] }, condition: null, key: null };
  }
  return kind === 'api' ? { kind, source } : { kind: 'segment', source, segment: '', who: 'both' };
}

function SegmentEntry({ value, onChange }: Part<Of<'segment'>>) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { id: journey = '' } = useParams({ strict: false });
  const isSample =
    useRead('getJourney', { params: { id: journey } }, { enabled: journey !== '' }).data?.sample ?? false;
  const segments = useRead('listSegments').data?.rows ?? [];
  const chosen = segments.find(({ id }) => id === value.segment);
  const count = useRead(
    'countSegment',
    {
      body: {
        condition: chosen?.condition ?? { kind: 'all', of: [] },
        ...(isSample ? { clock: 'sample' as const } : {}),
      },
    },
    { enabled: chosen !== undefined },
  );
  return (
    <>
      <Field path="entry.segment">
        {(error) => (
          <Select
            label={t('entry.whichSegment')}
            placeholder={t('entry.chooseSegment')}
            searchable
            data={segments.map(({ id, name }) => ({ value: id, label: name }))}
            value={value.segment || null}
            error={error}
            nothingFoundMessage={t('entry.noSegments')}
            onChange={(segment) =>
              onChange({
                ...value,
                segment: segment ?? '',
                source: value.source || (segments.find(({ id }) => id === segment)?.name ?? ''),
              })
            }
          />
        )}
      </Field>
      <Text size="xs" c="dimmed" mt={-6}>
        {chosen && (count.isPending ? <Loader size={10} mr={6} /> : null)}
        {chosen &&
          count.data &&
          t('entry.peopleNow', { count: count.data.count, people: formats.number(count.data.count) })}{' '}
        <Anchor size="xs" renderRoot={(props) => <Link to="/segments" {...props} />}>
          {t('entry.toSegments')}
        </Anchor>
      </Text>
      <Select
        label={t('entry.who')}
        data={(['both', 'matching', 'joining'] as const).map((who) => ({
          value: who,
          label: t(`entry.whoRules.${who}`),
        }))}
        value={value.who}
        allowDeselect={false}
        onChange={(who) => {
          const rule = (['both', 'matching', 'joining'] as const).find((each) => each === who);
          if (rule) onChange({ ...value, who: rule });
        }}
      />
    </>
  );
}

function EventEntry({ value, onChange }: Part<Of<'event'>>) {
  const { t } = useTranslation();
  return (
    <>
      <Field path="entry.match.event">
        {(error) => (
          <EventMatchEditor
            label={t('conditions.event')}
            value={value.match}
            error={error}
            onChange={(match) => onChange({ ...value, match })}
          />
        )}
      </Field>
      <Checkbox
        label={t('entry.onlyPeople')}
        checked={value.condition !== null}
        onChange={({ currentTarget }) =>
          onChange({ ...value, condition: currentTarget.checked ? { kind: 'all', of: [] } : null })
        }
      />
      {value.condition && (
        <ConditionEditor value={value.condition} onChange={(condition) => onChange({ ...value, condition })} />
      )}
      <Checkbox
        label={t('entry.runPerKey')}
        checked={value.key !== null}
        onChange={({ currentTarget }) => onChange({ ...value, key: currentTarget.checked ? 'order_id' : null })}
      />
      {value.key !== null && (
        <TextInput
          aria-label={t('entry.keyProperty')}
          placeholder="order_id"
          value={value.key}
          onChange={({ currentTarget }) => onChange({ ...value, key: currentTarget.value })}
        />
      )}
    </>
  );
}

function ApiEntry() {
  const { t } = useTranslation();
  const { id = '' } = useParams({ strict: false });
  return (
    <Stack gap={6}>
      <Text size="sm" c="dimmed">
        {t('entry.apiAbout')}
      </Text>
      <Code block fz={11}>
        {`POST /api/journeys/${id}/enrollments\n{ "contact": "…" }`}
      </Code>
    </Stack>
  );
}
