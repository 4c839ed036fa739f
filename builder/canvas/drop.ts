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
  const stop = () => {
    setDragging(false);
    aimAt(null);
  };
  return {
    dragging,
    onDragOver: (event: DragEvent) => {
      if (!isDragOfStep(event)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setDragging(true);
      aimAt(plusNear({ x: event.clientX, y: event.clientY }));
    },
    onDragLeave: (event: DragEvent) => {
      const next = event.relatedTarget;
      if (!(next instanceof Node && event.currentTarget.contains(next))) stop();
    },
    onDrop: (event: DragEvent) => {
      stop();
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

type Point = { x: number; y: number };

function placeNear(point: Point): Place | null {
  const plus = plusNear(point);
  return plus ? Place.parse(JSON.parse(plus.dataset['place'] ?? 'null')) : null;
}

/** Shows which "+" a step would go to if it fell now; outside React, for a drag tells its place many times a second. */
function aimAt(plus: HTMLElement | null): void {
  for (const other of document.querySelectorAll('[data-place][data-aimed]')) other.removeAttribute('data-aimed');
  plus?.setAttribute('data-aimed', '');
}

/** Steps aside at which a line is still felt under the pointer, in pixels of the screen. */
const AROUND_PX = [0, -12, 12, -24, 24];

/** The id of the edge whose line lies under a point of the screen, or close by. */
function lineNear({ x, y }: Point): string | undefined {
  const points = AROUND_PX.flatMap((by) => [
    [x + by, y],
    [x, y + by],
  ]);
  for (const [left = 0, top = 0] of points) {
    const id = document.elementFromPoint(left, top)?.closest('.react-flow__edge')?.getAttribute('data-id');
    if (id) return id;
  }
  return undefined;
}

/** The "+" nearest to a point of the screen, or that of the edge under it. */
function plusNear({ x, y }: Point): HTMLElement | null {
  const edge = lineNear({ x, y });
  const pluses = [...document.querySelectorAll<HTMLElement>('[data-place]')].map((plus) => {
    const box = plus.getBoundingClientRect();
    const isUnder = edge !== undefined && plus.closest(`[data-edge="${edge}"]`) !== null;
    return { plus, distance: isUnder ? 0 : Math.hypot(box.x + box.width / 2 - x, box.y + box.height / 2 - y) };
  });
  const nearest = pluses.toSorted((one, other) => one.distance - other.distance)[0];
  return nearest && nearest.distance <= NEAR_PX ? nearest.plus : null;
}
