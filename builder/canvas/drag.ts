import type { DragEvent } from 'react';
import type { StepKind } from '#shared/steps/index.ts';
import { paletteKinds } from '../steps/index.ts';

const DRAGGED_KIND = 'application/x-pasture-step';

/** Marks a drag as one of a step kind. */
export function startDrag(event: DragEvent, kind: StepKind): void {
  event.dataTransfer.setData(DRAGGED_KIND, kind);
  event.dataTransfer.effectAllowed = 'copy';
}

export function isDragOfStep(event: DragEvent): boolean {
  return event.dataTransfer.types.includes(DRAGGED_KIND);
}

/** The step kind that was dropped, if it was one. */
export function draggedKind(event: DragEvent): StepKind | undefined {
  const dragged = event.dataTransfer.getData(DRAGGED_KIND);
  return paletteKinds.find((kind) => kind === dragged);
}
