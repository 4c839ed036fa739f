import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { outcomesOf } from './drawing.ts';
import { useEditor } from './editor.ts';
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from './flow.tsx';
import { useLive } from './live.ts';
import { EdgeFigures } from './live-figures.tsx';
import { type CanvasEdge, undrawnOutcomes } from './nodes.ts';
import { StepMenu } from './step-menu.tsx';
import { useWording } from './wording.ts';

/** A way from one step to the next: its outcome's name, and a "+" to put a step in between; live, who took it. */
export function OutcomeEdge(props: EdgeProps<CanvasEdge>) {
  const { t } = useTranslation();
  const words = useWording();
  const live = useLive();
  const drawing = useEditor((editor) => editor.drawing);
  const step = drawing.steps.find(({ id }) => id === props.data?.from);
  const [path, middleX, middleY] = getSmoothStepPath({ ...props, borderRadius: 14 });
  const label = step && props.data ? words.outcome(step, props.data.outcome) : '';
  const place = live ? null : (props.data?.place ?? null);
  const shown = label !== '' || place !== null || live !== null;
  const outcomes = step ? outcomesOf(step) : [];
  const undrawn = step ? undrawnOutcomes(step, drawing) : [];
  const fallen = undrawn.filter(({ fallback }) => fallback === props.data?.outcome).map(({ id }) => id);
  const index = outcomes.findIndex(({ id }) => id === props.data?.outcome);
  // The name stands near the way's beginning; where many ways begin, near its end, where they lie apart.
  const isOneOfMany = outcomes.length > 2;
  const labelY = isOneOfMany ? props.targetY - 24 : Math.min(middleY, props.sourceY + 20);
  const labelX = isOneOfMany ? props.targetX : props.sourceX;
  // Of two ways, one's name stands to the left and the other's to the right, so that they never touch.
  const aside = outcomes.length !== 2 ? '-50%' : index === 0 ? 'calc(-100% + 22px)' : '-22px';
  // On a short straight way the "+" makes room for the label.
  const plusY =
    label !== '' && !isOneOfMany && Math.abs(labelX - middleX) < 40 ? Math.max(middleY, labelY + 26) : middleY;
  return (
    <>
      <BaseEdge
        path={path}
        interactionWidth={24}
        style={{
          ...props.style,
          strokeWidth: props.selected ? 2.5 : 1.6,
          stroke: props.selected ? 'var(--mantine-color-meadow-6)' : 'var(--canvas-line)',
        }}
      />
      {shown && (
        <EdgeLabelRenderer>
          {(label !== '' || live?.report) && (
            <Group
              gap={6}
              wrap="nowrap"
              className="canvas-edge-label nodrag nopan"
              style={{ transform: `translate(${aside}, -50%) translate(${labelX}px, ${labelY}px)` }}
            >
              {label !== '' && (
                <Text size="xs" fw={550} maw={120} truncate>
                  {label}
                </Text>
              )}
              {live && props.data && (
                <EdgeFigures step={props.data.from} outcome={props.data.outcome} fallen={fallen} name={label} />
              )}
            </Group>
          )}
          {place && (
            <div
              className="canvas-edge-plus"
              data-edge={props.id}
              style={{
                transform: `translate(-50%, -50%) translate(${middleX}px, ${plusY}px)`,
              }}
            >
              <StepMenu
                place={place}
                name={props.data?.insert ?? props.id}
                label={t('canvas.insertHere', { outcome: label })}
              />
            </div>
          )}
        </EdgeLabelRenderer>
      )}
    </>
  );
}
