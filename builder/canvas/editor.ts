import { createContext, useContext } from 'react';
import { createStore, type StoreApi, useStore } from 'zustand';
import { temporal, type TemporalState } from 'zundo';
import type { Drawing } from '#shared/journey.ts';
import type { Step } from '#shared/steps/index.ts';
import { changeStep, ENTRY } from './drawing.ts';

/** What is being edited, and what of it is looked at. Only the drawing can be undone. */
export type Editor = {
  drawing: Drawing;
  /** A step's id, the entry, or nothing. */
  selected: string | null;
  /** The field to bring the keyboard to, once its form is there. */
  focus: string | null;
  /** Fields that were left or gone to, as step:path; what is wrong with the others is not said beside them yet. */
  touched: ReadonlySet<string>;
  /** Whether publishing was asked for, so that every field says what is wrong with it. */
  asked: boolean;
  edit(change: (drawing: Drawing) => Drawing): void;
  select(id: string | null, focus?: string | null): void;
  touch(step: string | null, path: string): void;
  ask(): void;
};

export type EditorStore = StoreApi<Editor> & { temporal: StoreApi<TemporalState<Pick<Editor, 'drawing'>>> };

/** Typing that pauses for less than this is one thing to undo. */
const TYPING_PAUSE_MS = 500;

/** A store for one journey's drawing, with a history of a hundred changes. */
export function createEditor(drawing: Drawing): EditorStore {
  return createStore<Editor>()(
    temporal(
      (set, get) => ({
        drawing,
        selected: null,
        focus: null,
        touched: new Set<string>(),
        asked: false,
        edit: (change) => set(({ drawing: current }) => ({ drawing: change(current) })),
        select: (selected, focus = null) => {
          if (focus !== null) get().touch(selected, focus);
          set({ selected, focus });
        },
        touch: (step, path) => set(({ touched }) => ({ touched: new Set(touched).add(fieldOf(step, path)) })),
        ask: () => set({ asked: true }),
      }),
      {
        limit: 100,
        partialize: ({ drawing: undoable }) => ({ drawing: undoable }),
        equality: (past, current) => past.drawing === current.drawing,
        handleSet: (save) => oncePerPause(save),
      },
    ),
  );
}

/** Whether what is wrong with a step's field, or with a part of it, may be said beside it. */
export function isTouched({ touched, asked }: Pick<Editor, 'touched' | 'asked'>, step: string | null, path: string) {
  const field = fieldOf(step, path);
  return asked || touched.has(field) || [...touched].some((each) => each.startsWith(`${field}.`));
}

/** The entry's fields and the journey's own are of one form. */
function fieldOf(step: string | null, path: string): string {
  return `${step ?? ENTRY}:${path}`;
}

function oncePerPause<Args extends unknown[]>(save: (...args: Args) => void): (...args: Args) => void {
  let last = 0;
  return (...args) => {
    const now = Date.now();
    if (now - last > TYPING_PAUSE_MS) save(...args);
    last = now;
  };
}

export const EditorContext = createContext<EditorStore | null>(null);

export function useEditorStore(): EditorStore {
  const store = useContext(EditorContext);
  if (!store) throw new Error('A part of the canvas stands outside its editor');
  return store;
}

export function useEditor<Part>(part: (editor: Editor) => Part): Part {
  return useStore(useEditorStore(), part);
}

/** Undo and redo, and whether there is anything to. */
export function useHistory() {
  return useStore(useEditorStore().temporal, (history) => history);
}

/** Changes one step of the drawing. */
export function useChangeStep(): (step: Step) => void {
  const edit = useEditor((editor) => editor.edit);
  return (step) => edit((drawing) => changeStep(drawing, step));
}
