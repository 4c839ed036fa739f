import { createContext, useContext, useEffect, useState } from 'react';
import { type Figure } from '#shared/api/journeys.ts';
import { JourneyReport, type StepFigures } from '#shared/report.ts';

/** Which people are asked for: of the journey, or of a step or an outcome. */
export type Crowd = { figure: Figure; step?: string; outcome?: string; label: string };

export type Live = { report: JourneyReport | null; openPeople(crowd: Crowd): void };

/** Set while the canvas shows the running journey. */
export const LiveContext = createContext<Live | null>(null);

export function useLive(): Live | null {
  return useContext(LiveContext);
}

/** A step's figures so far; nothing where nobody came yet. */
export function useStepFigures(step: string): StepFigures | null {
  return useLive()?.report?.steps.find((figures) => figures.step === step) ?? null;
}

/** Follows a running journey's numbers; the browser reconnects by itself, and `lost` says while it does. */
export function useReport(journey: string): { report: JourneyReport | null; lost: boolean } {
  const [report, setReport] = useState<JourneyReport | null>(null);
  const [lost, setLost] = useState(false);
  useEffect(() => {
    let source: EventSource | null = null;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource(`/api/journeys/${encodeURIComponent(journey)}/live`);
      source.addEventListener('open', () => setLost(false));
      source.addEventListener('report', (event) => {
        const parsed = JourneyReport.safeParse(JSON.parse(event.data));
        if (!parsed.success) return;
        setReport(parsed.data);
        setLost(false);
      });
      source.addEventListener('error', () => {
        setLost(true);
        // A browser gives up on a stream that was refused; a server that is restarting refuses.
        if (source?.readyState !== EventSource.CLOSED) return;
        clearTimeout(retry);
        retry = setTimeout(open, RECONNECT_MS);
      });
    };
    open();
    return () => {
      clearTimeout(retry);
      source?.close();
    };
  }, [journey]);
  return { report, lost };
}

const RECONNECT_MS = 2_000;
