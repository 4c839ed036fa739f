import { ActionIcon, Box, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconFlag, IconPlayerPlay, IconTarget } from '@tabler/icons-react';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../api.ts';
import { useFormats } from '../ui/formats.ts';
import { ENTRY } from './drawing.ts';
import { useEditor } from './editor.ts';
import { Handle, type NodeProps, Side } from './flow.tsx';
import { useLive } from './live.ts';
import type { EntryNode, GhostNode } from './nodes.ts';
import { DrawingProblems } from './problems.ts';
import { StepMenu } from './step-menu.tsx';

/** How people come in, at the top of the canvas. */
export function EntryCard(_props: NodeProps<EntryNode>) {
  const { t } = useTranslation();
  const formats = useFormats();
  const entry = useEditor(({ drawing }) => drawing.entry);
  const goal = useEditor(({ drawing }) => drawing.goal);
  const selected = useEditor((editor) => editor.selected === ENTRY);
  const live = useLive();
  const problems = useContext(DrawingProblems).filter(({ step, field }) => step === null && field !== 'start');
  const wrong = !live && problems.some(({ severity }) => severity === 'error');
  return (
    <Box
      className="canvas-card"
      data-testid="step-entry"
      {...(selected ? { 'data-selected': true } : {})}
      {...(wrong ? { 'data-wrong': true } : {})}
    >
      <Group gap={10} wrap="nowrap" align="flex-start" p={12}>
        <ThemeIcon size={36} radius={36} variant="filled" color="meadow">
          <IconPlayerPlay size={18} />
        </ThemeIcon>
        <Stack gap={2} flex={1} miw={0}>
          <Text size="sm" fw={600}>
            {t('entry.title')}
          </Text>
          <EntryLine />
          {entry?.source && (
            <Text size="11px" c="dimmed" truncate>
              {t('brief.source')}: {entry.source}
            </Text>
          )}
          {goal && (
            <Text size="11px" c="dimmed" truncate>
              <IconTarget size={11} style={{ verticalAlign: -1 }} />{' '}
              {t('entry.goalLine', { event: goal.event, duration: formats.duration(goal.within) })}
            </Text>
          )}
        </Stack>
      </Group>
      <Handle id="next" type="source" position={Side.Bottom} isConnectable={!live} />
    </Box>
  );
}

function EntryLine() {
  const { t } = useTranslation();
  const entry = useEditor(({ drawing }) => drawing.entry);
  const segments = useRead('listSegments').data?.rows;
  if (!entry) {
    return (
      <Text size="xs" c="orange.8">
        {t('entry.choose')}
      </Text>
    );
  }
  switch (entry.kind) {
    case 'segment': {
      const name = segments ? (segments.find(({ id }) => id === entry.segment)?.name ?? t('entry.noSegment')) : '…';
      return (
        <Text size="xs" c="dimmed" lineClamp={2}>
          {t(`entry.line.${entry.who}`, { segment: name })}
        </Text>
      );
    }
    case 'event':
      return (
        <Text size="xs" c="dimmed" truncate>
          {t('entry.line.event', { event: entry.match.event })}
        </Text>
      );
    case 'api':
      return (
        <Text size="xs" c="dimmed">
          {t('entry.line.api')}
        </Text>
      );
  }
}

/** The "+" where a way is still open. */
export function GhostStep({ data }: NodeProps<GhostNode>) {
  const { t } = useTranslation();
  const live = useLive();
  return (
    <>
      <Handle type="target" position={Side.Top} isConnectable={false} />
      {live ? (
        <ActionIcon variant="default" radius="xl" size={32} disabled aria-label={t('canvas.end')}>
          <IconFlag size={15} />
        </ActionIcon>
      ) : (
        <StepMenu place={data.place} name={data.name} label={t('canvas.addStep')} />
      )}
    </>
  );
}
