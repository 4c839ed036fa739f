import { Alert, Anchor, Button, Group, Loader, Modal, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconAlertTriangle, IconMailOff, IconRocket, IconUsersGroup } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JourneyBody, PublicationPreview } from '#shared/api/journeys.ts';
import { keyOf, useChange, useRead } from '../../api.ts';
import type { Autosave } from '../../canvas/autosave.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { useProblemText } from '../../ui/field.tsx';
import { useFormats } from '../../ui/formats.ts';

type Props = { journey: JourneyBody; autosave: Autosave; onClose(): void; onPublished(): void };

/** Says who will be reached, who not and why, and when the first message goes; then publishes. */
export function PublishDialog({ journey, autosave, onClose, onPublished }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const errorText = useErrorText();
  const [isSaved, setSaved] = useState(autosave.state === 'saved');
  const { flush } = autosave;
  // What is published is what is stored, so everything must be stored before anyone is counted.
  useEffect(() => {
    void flush().then(setSaved);
  }, [flush]);
  const params = { id: journey.id };
  const preview = useRead('previewPublication', { params }, { enabled: isSaved });
  const publish = useChange('publishJourney', ['listJourneys', 'reportJourney']);
  const go = () =>
    publish.mutate(
      { params },
      {
        onSuccess: (published) => {
          client.setQueryData(keyOf('getJourney', { params }), published);
          onPublished();
        },
      },
    );
  const forecast = preview.isFetching ? undefined : preview.data;
  const blocked = !forecast || forecast.refusals.length > 0 || forecast.problems.some((p) => p.severity === 'error');
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={
        <Text fw={650} fz="lg">
          {t('publish.title', { name: journey.name })}
        </Text>
      }
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="md">
        {preview.isError ? (
          <ErrorState error={preview.error} retry={() => void preview.refetch()} />
        ) : forecast ? (
          <Forecast forecast={forecast} />
        ) : (
          <Group justify="center" py={40} gap="sm">
            <Loader size="sm" />
            <Text size="sm" c="dimmed">
              {t('publish.counting')}
            </Text>
          </Group>
        )}
        {publish.isError && (
          <Alert color="red" icon={<IconAlertTriangle size={18} />}>
            {errorText(publish.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button leftSection={<IconRocket size={16} />} loading={publish.isPending} disabled={blocked} onClick={go}>
            {t('publish.now')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Forecast({ forecast }: { forecast: PublicationPreview }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const word = useProblemText();
  const { matching, mailable, leftOut, firstMessageAt, insideOlderVersions } = forecast;
  const reasons = Object.entries(leftOut).filter(([, count]) => count > 0);
  return (
    <>
      <SimpleGrid cols={2}>
        <Big label={t('publish.matching')} value={formats.number(matching)} testId="publish-matching" />
        <Big
          label={t('publish.mailable')}
          value={formats.number(mailable)}
          testId="publish-mailable"
          tone="var(--mantine-color-meadow-text)"
        />
      </SimpleGrid>
      {reasons.length > 0 && (
        <Stack gap={4}>
          <Text size="sm" fw={600}>
            {t('publish.leftOut')}
          </Text>
          {reasons.map(([reason, count]) => (
            <Group key={reason} justify="space-between">
              <Text size="sm" c="dimmed">
                {t(`publish.reasons.${reason}`)}
              </Text>
              <Text size="sm" className="figure">
                {formats.number(count)}
              </Text>
            </Group>
          ))}
        </Stack>
      )}
      <Text size="sm">
        {firstMessageAt ? t('publish.firstMessage', { when: formats.instant(firstMessageAt) }) : t('publish.noMessage')}
      </Text>
      {insideOlderVersions > 0 && (
        <Alert color="blue" icon={<IconUsersGroup size={18} />}>
          {t('publish.insideOlder', { count: insideOlderVersions })}
        </Alert>
      )}
      {forecast.refusals.map((refusal) => (
        <Alert key={refusal} color="red" icon={<IconMailOff size={18} />} title={t(`publish.refusals.${refusal}`)}>
          <Anchor size="sm" renderRoot={(props) => <Link to="/settings" search={{ tab: 'senders' }} {...props} />}>
            {t('publish.toSenders')}
          </Anchor>
        </Alert>
      ))}
      {forecast.problems.map((problem, index) => (
        <Alert key={index} color={problem.severity === 'error' ? 'red' : 'yellow'} p="xs">
          <Text size="sm">{word(problem)}</Text>
        </Alert>
      ))}
    </>
  );
}

type BigProps = { label: string; value: string; testId: string; tone?: string };

function Big({ label, value, testId, tone }: BigProps) {
  return (
    <Paper withBorder radius="md" p="md">
      <Text fz={28} fw={650} lh={1.1} className="figure" data-testid={testId} {...(tone ? { c: tone } : {})}>
        {value}
      </Text>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
    </Paper>
  );
}
