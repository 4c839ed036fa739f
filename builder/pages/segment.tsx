import { Button, Grid, Stack, TextInput } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Condition } from '#shared/condition.ts';
import { useChange, useRead } from '../api.ts';
import { ConditionEditor } from '../ui/condition-editor/index.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { useErrorText, useNotify } from '../ui/error-text.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { LoadingPage } from '../ui/loading.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { Section } from '../ui/section.tsx';
import { SegmentCount } from './segments/segment-count.tsx';

type Draft = { name: string; condition: Condition };
const fresh: Draft = { name: '', condition: { kind: 'all', of: [] } };

/** A segment's conditions beside the people they match; at `/segments/new` one that is yet to be. */
export function SegmentPage() {
  const { id } = useParams({ from: '/segments/$id' });
  const reading = useRead('getSegment', { params: { id } }, { enabled: id !== 'new' });
  if (id === 'new') return <SegmentForm key="new" id={null} initial={fresh} sample={false} />;
  if (reading.isError) return <ErrorState error={reading.error} retry={() => void reading.refetch()} />;
  if (!reading.data) return <LoadingPage />;
  return <SegmentForm key={id} id={id} initial={reading.data} sample={reading.data.sample} />;
}

function SegmentForm({ id, initial, sample }: { id: string | null; initial: Draft; sample: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const notify = useNotify();
  const errorText = useErrorText();
  const [name, setName] = useState(initial.name);
  const [condition, setCondition] = useState(initial.condition);
  const create = useChange('createSegment', ['listSegments']);
  const update = useChange('updateSegment', ['listSegments', 'getSegment']);
  const saving = id === null ? create : update;
  const body = { name: name.trim(), condition };
  const onSuccess = () => {
    notify.done(t('common.saved'));
    void navigate({ to: '/segments' });
  };
  const save = () =>
    id === null ? create.mutate({ body }, { onSuccess }) : update.mutate({ params: { id }, body }, { onSuccess });
  return (
    <PageFrame
      title={id === null ? t('segments.new') : initial.name}
      about={t('segments.editAbout')}
      wide
      actions={
        <>
          <LinkButton to="/segments" variant="default">
            {t('common.cancel')}
          </LinkButton>
          <Button onClick={save} loading={saving.isPending} disabled={body.name === ''}>
            {t('common.save')}
          </Button>
        </>
      }
    >
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="lg">
            <TextInput
              label={t('common.name')}
              placeholder={t('segments.namePlaceholder')}
              size="md"
              required
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={saving.isError ? errorText(saving.error) : null}
            />
            <Section title={t('segments.who')} about={t('segments.whoAbout')}>
              <ConditionEditor value={condition} onChange={setCondition} />
            </Section>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <SegmentCount condition={condition} clock={sample ? 'sample' : 'real'} />
        </Grid.Col>
      </Grid>
    </PageFrame>
  );
}
