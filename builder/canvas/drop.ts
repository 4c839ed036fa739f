import { type DragEvent, useState } from 'react';
import { CARD_WIDTH } from './arrange.ts';
import { leadsOn, Place } from './drawing.ts';
import { useReactFlow } from './flow.tsx';
import { draggedKind, isDragOfStep } from './drag.ts';
import { useInsert } from './step-menu.tsx';

/** Dropping a step kind: onto an edge's or an outcome's "+" it goes there, elsewhere it stands where it fell. */
export function useDrop() {
  const insert = useInsert();
  const { screenToFlowPosition } = useReactFlow();
  const [dragging, setDragging] = useState(false);
  return {
    dragging,
    onDragOver: (event: DragEvent) => {
      if (!isDragOfStep(event)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setDragging(true);
    },
    onDragLeave: (event: DragEvent) => {
      const next = event.relatedTarget;
      if (!(next instanceof Node && event.currentTarget.contains(next))) setDragging(false);
    },
    onDrop: (event: DragEvent) => {
      setDragging(false);
      const kind = draggedKind(event);
      if (!kind) return;
      event.preventDefault();
      const place = placeNear({ x: event.clientX, y: event.clientY });
      if (place && (place.kind === 'outcome' || leadsOn(kind))) {
        insert(kind, place);
        return;
      }
      const at = screenToFlowPosition({ x: event.clientX, y: event.clientY });
      insert(kind, { kind: 'loose', at: { x: Math.round(at.x - CARD_WIDTH / 2), y: Math.round(at.y - 40) } });
    },
  };
}

/** How far from a "+" a step may fall and still be meant for it, in pixels of the screen. */
const NEAR_PX = 64;

/** The place whose "+" is nearest to a point of the screen, or whose edge lies under it. */
function placeNear({ x, y }: { x: number; y: number }): Place | null {
  const edge = document.elementFromPoint(x, y)?.closest('.react-flow__edge')?.getAttribute('data-id');
  const pluses = [...document.querySelectorAll<HTMLElement>('[data-place]')].map((plus) => {
    const box = plus.getBoundingClientRect();
    const isUnder = edge !== undefined && edge !== null && plus.closest(`[data-edge="${edge}"]`) !== null;
    return { plus, distance: isUnder ? 0 : Math.hypot(box.x + box.width / 2 - x, box.y + box.height / 2 - y) };
  });
  const nearest = pluses.toSorted((one, other) => one.distance - other.distance)[0];
  if (!nearest || nearest.distance > NEAR_PX) return null;
  return Place.parse(JSON.parse(nearest.plus.dataset['place'] ?? 'null'));
}
