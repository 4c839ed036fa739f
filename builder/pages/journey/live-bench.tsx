import { Box } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { JourneyBody } from '#shared/api/journeys.ts';
import type { Drawing } from '#shared/journey.ts';
import { useRead } from '../../api.ts';
import { Canvas } from '../../canvas/canvas.tsx';
import { createEditor, EditorContext } from '../../canvas/editor.ts';
import { ReactFlowProvider } from '../../canvas/flow.tsx';
import { type Crowd, LiveContext, useReport } from '../../canvas/live.ts';
import { SourcesContext, useSources } from '../../canvas/problems.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingPage } from '../../ui/loading.tsx';
import { SenderAlarm } from '../../ui/sender-alarm.tsx';
import { LiveHeader } from './live-header.tsx';
import { PeopleDrawer } from './people-drawer.tsx';
import { VersionChoice } from './version-choice.tsx';

/** The running journey as it was published, whatever its draft has become, with its numbers. */
export function LiveBench({ journey }: { journey: JourneyBody }) {
  const { report, lost } = useReport(journey.id);
  const [crowd, openPeople] = useState<Crowd | null>(null);
  const [chosen, choose] = useState<number | null>(null);
  const version = chosen ?? journey.version;
  const published = useRead('publishedDrawing', { params: { id: journey.id, version: String(version) } });
  return (
    <LiveContext value={{ report, openPeople }}>
      <LiveHeader journey={journey} report={report} lost={lost}>
        <VersionChoice journey={journey} value={version} onChange={choose} />
      </LiveHeader>
      {published.data && <SenderAlarm drawing={published.data.drawing} />}
      {published.data ? (
        <Published key={version} drawing={published.data.drawing}>
          <PeopleDrawer journey={journey.id} crowd={crowd} onClose={() => openPeople(null)} />
        </Published>
      ) : published.isError ? (
        <ErrorState error={published.error} retry={() => void published.refetch()} />
      ) : (
        <LoadingPage />
      )}
    </LiveContext>
  );
}

function Published({ drawing, children }: { drawing: Drawing; children: ReactNode }) {
  const [store] = useState(() => createEditor(drawing));
  const sources = useSources(drawing);
  return (
    <EditorContext value={store}>
      <SourcesContext value={sources}>
        <ReactFlowProvider>
          <Box flex={1} mih={0}>
            <Canvas />
          </Box>
        </ReactFlowProvider>
        {children}
      </SourcesContext>
    </EditorContext>
  );
}
