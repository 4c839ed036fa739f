import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { JourneyBody } from '#shared/api/journeys.ts';
import type { Problem } from '#shared/problem.ts';
import { ApiError, call, keyOf } from '../api.ts';
import type { EditorStore } from './editor.ts';
import { schemaProblems } from './problems.ts';

/** `invalid`: a field must be filled in first; `conflict`: somebody else saved; `failed`: it is tried again by itself. */
export type SaveState = 'saved' | 'unsaved' | 'saving' | 'invalid' | 'conflict' | 'failed';

const PAUSE_MS = 800;
const RETRY_MS = 4_000;

export type Autosave = {
  state: SaveState;
  problems: readonly Problem[];
  /** Saves what is not saved yet; answers whether everything is. */
  flush(): Promise<boolean>;
  overwrite(): Promise<void>;
};

/** Keeps the drawing saved: after a pause in editing, and again and again while the server cannot be reached. */
export function useAutosave(store: EditorStore, journey: JourneyBody): Autosave {
  const client = useQueryClient();
  const [state, setState] = useState<SaveState>('saved');
  const [problems, setProblems] = useState<readonly Problem[]>(journey.problems);
  const saved = useRef({ drawing: store.getState().drawing, revision: journey.revision });
  const running = useRef<Promise<boolean> | null>(null);

  const save = useCallback(async (): Promise<boolean> => {
    const { drawing } = store.getState();
    if (drawing === saved.current.drawing) return true;
    const invalid = schemaProblems(drawing);
    if (invalid.length > 0) {
      // Whoever reads that nothing is saved must see which fields are meant.
      for (const { step, field } of invalid) if (field !== null) store.getState().touch(step, field);
      setProblems((before) => [...invalid, ...before.filter(({ code }) => code !== 'invalidField')]);
      setState('invalid');
      return false;
    }
    setState('saving');
    try {
      const body = { revision: saved.current.revision, drawing };
      const answer = await call('saveJourney', { params: { id: journey.id }, body });
      saved.current = { drawing, revision: answer.revision };
      client.setQueryData(keyOf('getJourney', { params: { id: journey.id } }), answer);
      setProblems(answer.problems);
      const done = store.getState().drawing === drawing;
      setState(done ? 'saved' : 'unsaved');
      return done;
    } catch (error) {
      setState(error instanceof ApiError && error.status === 409 ? 'conflict' : 'failed');
      return false;
    }
  }, [client, journey.id, store]);

  const flush = useCallback(async (): Promise<boolean> => {
    await running.current;
    running.current = save();
    const done = await running.current;
    running.current = null;
    return done;
  }, [save]);

  useEffect(
    () =>
      store.subscribe(({ drawing }, before) => {
        if (drawing === before.drawing) return;
        setState((now) => (now === 'conflict' ? now : drawing === saved.current.drawing ? 'saved' : 'unsaved'));
      }),
    [store],
  );
  useAfterEdits(store, state, flush);
  useSaveOnLeave(flush);
  useLeaveWarning(state !== 'saved');

  /** Takes the other save's revision as the one this drawing started from, so that this drawing wins. */
  const overwrite = useCallback(async () => {
    const latest = await call('getJourney', { params: { id: journey.id } });
    saved.current = { drawing: latest.drawing, revision: latest.revision };
    await flush();
  }, [flush, journey.id]);
  return { state, problems, flush, overwrite };
}

function useAfterEdits(store: EditorStore, state: SaveState, flush: () => Promise<boolean>): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = () => {
      clearTimeout(timer);
      if (state === 'conflict' || state === 'saving') return;
      timer = setTimeout(() => void flush(), state === 'failed' ? RETRY_MS : PAUSE_MS);
    };
    if (state === 'unsaved' || state === 'failed') later();
    const unsubscribe = store.subscribe(({ drawing }, before) => {
      if (drawing !== before.drawing) later();
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [store, state, flush]);
}

/** Leaving the editor for another page of the product saves what is left. */
function useSaveOnLeave(flush: () => Promise<boolean>): void {
  useEffect(() => () => void flush(), [flush]);
}

function useLeaveWarning(unsaved: boolean): void {
  useEffect(() => {
    if (!unsaved) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [unsaved]);
}
