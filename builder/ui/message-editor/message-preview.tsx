import { Alert, Box, Group, Paper, SegmentedControl, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useParams } from '@tanstack/react-router';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '#shared/message.ts';
import { useRead } from '../../api.ts';
import { useErrorText } from '../error-text.ts';

const widths = { desktop: '100%', phone: 375 } as const;
type View = keyof typeof widths | 'text';

/** A message as a chosen contact would get it, in a frame that can run nothing. */
export function MessagePreview({ step, message, contact }: { step: string; message: Message; contact: string | null }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { id: journey } = useParams({ strict: false });
  const [view, setView] = useState<View>('desktop');
  const [content] = useDebouncedValue(message.content, 400);
  const body = { content, contact, sender: message.sender, step, ...(journey ? { journey } : {}) };
  const preview = useRead('previewMessage', { body }, { keepPrevious: true });
  return (
    <Stack gap="xs">
      <SegmentedControl
        aria-label={t('message.view')}
        data={[
          { value: 'desktop', label: t('message.desktop') },
          { value: 'phone', label: t('message.phone') },
          { value: 'text', label: t('message.textPart') },
        ]}
        value={view}
        onChange={setView}
      />
      {preview.isError && (
        <Alert color="red" icon={<IconAlertTriangle size={18} />}>
          {errorText(preview.error)}
        </Alert>
      )}
      {preview.data?.problems.map((problem) => (
        <Alert key={problem.field + problem.message} color="orange" icon={<IconAlertTriangle size={18} />} p="xs">
          <Text size="sm">{problem.message}</Text>
        </Alert>
      ))}
      {preview.data && (
        <Paper withBorder radius="md" style={{ overflow: 'hidden' }}>
          <Group gap={4} px="md" py="xs" bg="var(--mantine-color-default-hover)" wrap="nowrap">
            <Box miw={0}>
              <Text size="sm" fw={600} truncate data-testid="preview-subject">
                {preview.data.subject || t('message.noSubject')}
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {preview.data.preheader || ' '}
              </Text>
            </Box>
          </Group>
          <PreviewBody view={view} html={preview.data.html} text={preview.data.text} />
        </Paper>
      )}
    </Stack>
  );
}

function PreviewBody({ view, html, text }: { view: View; html: string; text: string }) {
  const { t } = useTranslation();
  if (view === 'text') {
    return (
      <Box p="md" h={520} style={{ overflow: 'auto', whiteSpace: 'pre-wrap', fontFamily: 'monospace', fontSize: 13 }}>
        {text}
      </Box>
    );
  }
  return (
    <Box h={520} bg="light-dark(#f2f3ef, var(--mantine-color-dark-8))">
      <iframe
        title={t('message.previewFrame')}
        sandbox=""
        srcDoc={html}
        style={{
          display: 'block',
          width: widths[view],
          maxWidth: '100%',
          height: '100%',
          margin: '0 auto',
          border: 0,
          background: 'white',
        }}
      />
    </Box>
  );
}
