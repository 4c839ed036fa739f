import { ActionIcon, Group, Paper, Tooltip } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconBinaryTree2,
  IconMaximize,
  IconMinus,
  IconPlus,
} from '@tabler/icons-react';
import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { tidy } from './arrange.ts';
import { useEditor, useHistory } from './editor.ts';
import { Panel, useReactFlow } from './flow.tsx';
import { useLive } from './live.ts';

/** Undo, redo, tidy up, zoom and fit, below the canvas; Ctrl+Z and Ctrl+Y too. */
export function CanvasControls() {
  const { t } = useTranslation();
  const live = useLive();
  const edit = useEditor((editor) => editor.edit);
  const { undo, redo, pastStates, futureStates } = useHistory();
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  useUndoKeys(live === null);
  const arrangeAll = () => {
    edit(tidy);
    setTimeout(() => void fitView({ padding: 0.18, maxZoom: 1, duration: 250 }), 60);
  };
  const drawing = [
    { name: 'undo', Icon: IconArrowBackUp, run: () => undo(), disabled: pastStates.length === 0 },
    { name: 'redo', Icon: IconArrowForwardUp, run: () => redo(), disabled: futureStates.length === 0 },
    { name: 'tidy', Icon: IconBinaryTree2, run: arrangeAll, disabled: false },
  ];
  const viewing = [
    { name: 'zoomOut', Icon: IconMinus, run: () => void zoomOut({ duration: 150 }), disabled: false },
    { name: 'zoomIn', Icon: IconPlus, run: () => void zoomIn({ duration: 150 }), disabled: false },
    {
      name: 'fit',
      Icon: IconMaximize,
      run: () => void fitView({ padding: 0.18, maxZoom: 1, duration: 250 }),
      disabled: false,
    },
  ];
  return (
    <Panel position="bottom-left">
      <Paper withBorder radius="md" p={4} shadow="xs">
        <Group gap={2}>
          {[...(live ? [] : drawing), ...viewing].map(({ name, Icon, run, disabled }) => (
            <Tooltip key={name} label={t(`canvas.${name}`)}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t(`canvas.${name}`)}
                disabled={disabled}
                onClick={run}
              >
                <Icon size={17} />
              </ActionIcon>
            </Tooltip>
          ))}
        </Group>
      </Paper>
    </Panel>
  );
}

function useUndoKeys(enabled: boolean): void {
  const { undo, redo } = useHistory();
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || isTyping(event.target)) return;
    const key = event.key.toLowerCase();
    if (key !== 'z' && key !== 'y') return;
    event.preventDefault();
    if (key === 'y' || event.shiftKey) redo();
    else undo();
  });
  useEffect(() => {
    if (!enabled) return undefined;
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [enabled]);
}

/** In a text field, undo is the field's own. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, [contenteditable]') !== null;
}
