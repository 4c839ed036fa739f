import { Box, Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JourneyBody } from '#shared/api/journeys.ts';
import { type Autosave, useAutosave } from '../../canvas/autosave.ts';
import { Canvas } from '../../canvas/canvas.tsx';
import { createEditor, EditorContext, useEditor } from '../../canvas/editor.ts';
import { ReactFlowProvider } from '../../canvas/flow.tsx';
import { Inspector } from '../../canvas/inspector.tsx';
import { Palette, PHONE } from '../../canvas/palette.tsx';
import { DrawingProblems, SourcesContext, useSources } from '../../canvas/problems.ts';
import { usePageTitle } from '../../ui/page-frame.tsx';
import { ConflictBanner } from './conflict-banner.tsx';
import { JourneyHeader, type View } from './journey-header.tsx';
import { LiveBench } from './live-bench.tsx';

type Props = { journey: JourneyBody; onReload(): void };

/** The editor of one journey, with its own store, so that another journey never sees this one's history. */
export function Workbench({ journey, onReload }: Props) {
  const [store] = useState(() => createEditor(journey.drawing));
  const autosave = useAutosave(store, journey);
  usePageTitle(journey.name);
  return (
    <EditorContext value={store}>
      <DrawingProblems value={autosave.problems}>
        <ReactFlowProvider>
          <Bench journey={journey} autosave={autosave} onReload={onReload} />
        </ReactFlowProvider>
      </DrawingProblems>
    </EditorContext>
  );
}

function Bench({ journey, autosave, onReload }: Props & { autosave: Autosave }) {
  const [view, setView] = useState<View>(journey.plan === null ? 'draft' : 'live');
  const isLive = view === 'live' && journey.plan !== null;
  return (
    <Box
      style={{
        display: 'flex',
        flexDirection: 'column',
        height: 'calc(100dvh - var(--app-shell-header-offset, 0rem))',
        overflow: 'hidden',
      }}
    >
      <JourneyHeader journey={journey} autosave={autosave} view={view} onView={setView} />
      {autosave.state === 'conflict' && <ConflictBanner onReload={onReload} onOverwrite={autosave.overwrite} />}
      {isLive ? <LiveBench journey={journey} /> : <Draft />}
    </Box>
  );
}

function Draft() {
  const sources = useSources(useEditor((editor) => editor.drawing));
  return (
    <SourcesContext value={sources}>
      <Box style={{ display: 'flex', flex: 1, minHeight: 0, position: 'relative' }}>
        <Palette />
        <Box flex={1} miw={0} h="100%">
          <Canvas />
        </Box>
        <Side />
      </Box>
    </SourcesContext>
  );
}

/** The inspector: always there beside a wide canvas, over it on a phone once something is chosen. */
function Side() {
  const { t } = useTranslation();
  const phone = useMediaQuery(PHONE);
  const selected = useEditor((editor) => editor.selected);
  const select = useEditor((editor) => editor.select);
  if (phone) {
    return (
      <Drawer
        opened={selected !== null}
        onClose={() => select(null)}
        position="right"
        size="100%"
        title={t('inspector.title')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
        styles={{ body: { padding: 0 } }}
      >
        <Inspector />
      </Drawer>
    );
  }
  return (
    <Box
      w={384}
      component="aside"
      bg="var(--mantine-color-body)"
      style={{ borderLeft: '1px solid var(--card-border)', flexShrink: 0, overflowY: 'auto' }}
    >
      <Inspector />
    </Box>
  );
}
