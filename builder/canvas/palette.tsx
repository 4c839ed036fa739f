import { ActionIcon, Drawer, Stack, Text } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Drawing } from '#shared/journey.ts';
import type { StepKind } from '#shared/steps/index.ts';
import { faceOf, paletteKinds } from '../steps/index.ts';
import { CARD_WIDTH } from './arrange.ts';
import { startDrag } from './drag.ts';
import { leadsOn, outcomesOf, type Place } from './drawing.ts';
import { useEditorStore } from './editor.ts';
import { openOutcomes, placesOf } from './nodes.ts';
import { useInsert } from './step-menu.tsx';

export const PHONE = '(max-width: 48em)';

/** The step kinds to choose from: beside the canvas, or from below on a phone. */
export function Palette() {
  const { t } = useTranslation();
  const phone = useMediaQuery(PHONE);
  const [open, { open: show, close }] = useDisclosure();
  if (!phone) {
    return (
      <Stack
        w={192}
        p="sm"
        gap={8}
        component="nav"
        aria-label={t('canvas.palette')}
        style={{ borderRight: '1px solid var(--card-border)', flexShrink: 0, overflowY: 'auto' }}
      >
        <Text size="xs" fw={600} c="dimmed" tt="uppercase" px={4}>
          {t('canvas.steps')}
        </Text>
        <KindList />
        <Text size="xs" c="dimmed" px={4} mt={4}>
          {t('canvas.paletteHint')}
        </Text>
      </Stack>
    );
  }
  return (
    <>
      <ActionIcon
        size={52}
        radius="xl"
        aria-label={t('canvas.addStep')}
        onClick={show}
        style={{ position: 'absolute', right: 16, bottom: 20, zIndex: 6, boxShadow: '0 6px 18px rgb(20 40 25 / 25%)' }}
      >
        <IconPlus size={24} />
      </ActionIcon>
      <Drawer
        opened={open}
        onClose={close}
        position="bottom"
        size="auto"
        title={t('canvas.palette')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
        styles={{
          content: { borderRadius: '18px 18px 0 0', height: 'auto', flex: '1 1 auto' },
          inner: { alignItems: 'flex-end' },
        }}
      >
        <Stack gap={8} pb="md">
          <KindList onPicked={close} />
        </Stack>
      </Drawer>
    </>
  );
}

function KindList({ onPicked }: { onPicked?: () => void }) {
  const { t } = useTranslation();
  const store = useEditorStore();
  const insert = useInsert();
  const add = (kind: StepKind) => {
    const { drawing, selected } = store.getState();
    insert(kind, nextPlace(drawing, selected, kind));
    onPicked?.();
  };
  return paletteKinds.map((kind) => {
    const { icon: Icon, color } = faceOf({ kind });
    return (
      <button
        key={kind}
        type="button"
        className="canvas-palette-entry"
        draggable
        onDragStart={(event) => startDrag(event, kind)}
        onClick={() => add(kind)}
      >
        <Icon size={19} stroke={1.7} color={`var(--mantine-color-${color}-6)`} aria-hidden />
        {t(`steps.${kind}.name`)}
      </button>
    );
  });
}

/** Where a step goes that was clicked, not dropped: to the chosen step's open way, else to the first open one, else before an end. */
function nextPlace(drawing: Drawing, selected: string | null, kind: StepKind): Place {
  const { steps, edges } = drawing;
  if (!steps.some(({ id }) => id === drawing.start)) return { kind: 'start' };
  const chosen = steps.filter(({ id }) => id === selected);
  for (const step of [...chosen, ...steps]) {
    const outcome = openOutcomes(step, drawing)[0];
    if (outcome !== undefined) return { kind: 'outcome', step: step.id, outcome };
    const onwards = chosen.includes(step) ? edges.find(({ from }) => from === step.id) : undefined;
    if (onwards && leadsOn(kind)) return { kind: 'edge', edge: onwards.id };
  }
  const ends = new Set(steps.filter((step) => outcomesOf(step).length === 0).map(({ id }) => id));
  const last = edges.find(({ to }) => ends.has(to));
  if (last && leadsOn(kind)) return { kind: 'edge', edge: last.id };
  const places = Object.values(placesOf(drawing));
  const [left, top] = [places.map(({ x }) => x), places.map(({ y }) => y)].map((along) => Math.min(...along));
  return { kind: 'loose', at: { x: (left ?? 0) - CARD_WIDTH - 72, y: top ?? 0 } };
}
