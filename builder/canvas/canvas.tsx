import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Drawing, Position } from '#shared/journey.ts';
import { useNotify } from '../ui/error-text.ts';
import { CARD_WIDTH, stretch, tidy } from './arrange.ts';
import './canvas.css';
import { CanvasControls } from './controls.tsx';
import { connect, ENTRY, removeEdge, removeStep } from './drawing.ts';
import { useDrop } from './drop.ts';
import { useEditor, useEditorStore } from './editor.ts';
import { EntryCard, GhostStep } from './entry-card.tsx';
import {
  Background,
  BackgroundVariant,
  type Connection,
  type EdgeChange,
  type NodeChange,
  ReactFlow,
  useFlowStore,
  useReactFlow,
} from './flow.tsx';
import { useLive } from './live.ts';
import { type CanvasEdge, type CanvasNode, edgesOf, isGhost, nodesOf, placesOf } from './nodes.ts';
import { OutcomeEdge } from './outcome-edge.tsx';
import { StepCard } from './step-card.tsx';

const nodeTypes = { entry: EntryCard, step: StepCard, ghost: GhostStep };
const edgeTypes = { outcome: OutcomeEdge };
const fitOptions = { padding: 0.18, maxZoom: 1, minZoom: 0.35 };

/** The journey as a picture that can be drawn on; while it is watched live, only looked at. */
export function Canvas() {
  const { t } = useTranslation();
  const live = useLive();
  const notify = useNotify();
  const edit = useEditor((editor) => editor.edit);
  const select = useEditor((editor) => editor.select);
  const { nodes, onNodesChange } = useNodes();
  const { edges, onEdgesChange } = useEdges();
  const { dragging, ...dropping } = useDrop();
  const { frame, look } = useFirstLook();
  const isLive = live !== null;
  useEffect(() => {
    select(null);
    const timer = setTimeout(() => void look(), 200);
    return () => clearTimeout(timer);
  }, [isLive, look, select]);
  const onConnect = ({ source, sourceHandle, target }: Connection) =>
    edit((drawing) => {
      const connected = connect(drawing, { from: source, outcome: sourceHandle ?? 'next', to: target });
      if (connected !== 'cycle') {
        if (!leadsUp(drawing, source, target)) return connected;
        setTimeout(() => void look(), 60);
        return tidy(connected);
      }
      notify.failed(new Error(t('canvas.noCycles')));
      return drawing;
    });
  return (
    <div className="canvas" data-testid="canvas" ref={frame} {...(dragging ? { 'data-dragging': true } : {})}>
      <ReactFlow<CanvasNode, CanvasEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        onConnect={onConnect}
        onEdgesChange={onEdgesChange}
        onPaneClick={() => select(null)}
        onDelete={(gone) => {
          edit((drawing) =>
            gone.nodes.length > 0
              ? tidy(gone.nodes.reduce((smaller, { id }) => removeStep(smaller, id), drawing))
              : gone.edges.reduce((smaller, { id }) => removeEdge(smaller, id), drawing),
          );
          select(null);
        }}
        {...dropping}
        nodesDraggable={!live}
        nodesConnectable={!live}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        deleteKeyCode={live ? null : ['Delete', 'Backspace']}
        connectionRadius={36}
        minZoom={0.2}
        maxZoom={1.6}
        proOptions={{ hideAttribution: true }}
        ariaLabelConfig={{ 'node.a11yDescription.default': t('canvas.nodeHelp') }}
      >
        <Background variant={BackgroundVariant.Dots} gap={22} size={1.4} />
        <CanvasControls />
      </ReactFlow>
    </div>
  );
}

type Size = { width: number; height: number };

/** React Flow's nodes follow the drawing; sizes it measured, and places under the pointer, are kept beside it. */
function useNodes() {
  const drawing = useEditor((editor) => editor.drawing);
  const selected = useEditor((editor) => editor.selected);
  const { edit, select } = useEditorStore().getState();
  const isLive = useLive() !== null;
  const [sizes, setSizes] = useState<Record<string, Size>>({});
  const [dragged, setDragged] = useState<Record<string, Position>>({});
  const nodes = useMemo(() => {
    const drawn = placesOf(drawing);
    // Live cards grow with their figures, so they are moved apart as far as their heights ask for.
    const places = isLive ? stretch(drawing, drawn, (id) => sizes[id]?.height ?? 0) : { ...drawn, ...dragged };
    const shown = nodesOf(drawing, places).filter(({ id }) => !isLive || !isGhost(id));
    return shown.map((node): CanvasNode => {
      const size = sizes[node.id];
      return { ...node, selected: node.id === selected, ...(size ? { measured: size } : {}) };
    });
  }, [drawing, selected, isLive, sizes, dragged]);
  useFollow(drawing.steps.length, selected);
  const onNodesChange = (changes: NodeChange<CanvasNode>[]) => {
    const choices = changes.filter((change) => change.type === 'select');
    const chosen = choices.find((change) => change.selected);
    if (chosen) select(chosen.id);
    else if (choices.some(({ id }) => id === selected)) select(null);
    for (const change of changes) {
      if (change.type === 'dimensions' && change.dimensions) {
        const { id, dimensions } = change;
        setSizes((before) => ({ ...before, [id]: dimensions }));
      }
      if (change.type !== 'position' || !change.position) continue;
      const { id, position } = change;
      if (change.dragging) setDragged({ [id]: position });
      else {
        setDragged({});
        edit((before) => ({ ...before, layout: { ...placesOf(before), [id]: rounded(position) } }));
      }
    }
  };
  return { nodes, onNodesChange };
}

/** After a step was added or taken away all of it is shown, if it can still be read so; else the step that is open now. */
function useFollow(count: number, selected: string | null): void {
  const { fitView, getNode, getNodes, getNodesBounds, getViewport, setCenter } = useReactFlow();
  const pane = useFlowStore();
  const seen = useRef(count);
  const follow = useEffectEvent(() => {
    const { width, height } = pane.getState();
    const bounds = getNodesBounds(getNodes());
    const wholeZoom = Math.min(width / bounds.width, height / bounds.height) / (1 + fitOptions.padding);
    if (wholeZoom >= READABLE_ZOOM) return void fitView({ ...fitOptions, duration: FOLLOW_MS });
    const node = getNode(selected ?? '');
    if (!node) return undefined;
    const zoom = Math.max(getViewport().zoom, READABLE_ZOOM);
    const middle = node.position.y + (node.measured?.height ?? 0) / 2;
    return void setCenter(node.position.x + CARD_WIDTH / 2, middle, { zoom, duration: FOLLOW_MS });
  });
  useEffect(() => {
    if (seen.current === count) return undefined;
    seen.current = count;
    const timer = setTimeout(follow, 60);
    return () => clearTimeout(timer);
  }, [count]);
}

const FOLLOW_MS = 250;

function useEdges() {
  const drawing = useEditor((editor) => editor.drawing);
  const isLive = useLive() !== null;
  const [chosen, setChosen] = useState<string | null>(null);
  const edges = useMemo(() => {
    const shown = edgesOf(drawing).filter(({ target }) => !isLive || !isGhost(target));
    return shown.map((edge): CanvasEdge => ({ ...edge, selected: edge.id === chosen }));
  }, [drawing, chosen, isLive]);
  const onEdgesChange = useCallback((changes: EdgeChange<CanvasEdge>[]) => {
    for (const change of changes) {
      if (change.type !== 'select') continue;
      setChosen((before) => (change.selected ? change.id : before === change.id ? null : before));
    }
  }, []);
  return { edges, onEdgesChange };
}

/** Zooms out far enough to see everything, but not so far that cards cannot be read: then the entry stands at the top. */
function useFirstLook() {
  const { fitView, getViewport, setViewport, getNode, getNodes, getNodesBounds } = useReactFlow();
  const frame = useRef<HTMLDivElement>(null);
  const look = useCallback(async () => {
    await fitView(fitOptions);
    const entry = getNode(ENTRY);
    const width = frame.current?.clientWidth ?? 0;
    if (!entry || getViewport().zoom >= READABLE_ZOOM) return;
    const bounds = getNodesBounds(getNodes());
    const fitsAcross = bounds.width * READABLE_ZOOM <= width;
    const middle = fitsAcross ? bounds.x + bounds.width / 2 : entry.position.x + CARD_WIDTH / 2;
    const x = width / 2 - middle * READABLE_ZOOM;
    await setViewport({ x, y: 28 - entry.position.y * READABLE_ZOOM, zoom: READABLE_ZOOM });
  }, [fitView, getViewport, setViewport, getNode, getNodes, getNodesBounds]);
  return { frame, look };
}

const READABLE_ZOOM = 0.78;

/** A way back up would run through the cards between. */
function leadsUp(drawing: Drawing, from: string, to: string): boolean {
  const places = placesOf(drawing);
  return (places[to]?.y ?? 0) <= (places[from]?.y ?? 0);
}

function rounded({ x, y }: Position): Position {
  return { x: Math.round(x), y: Math.round(y) };
}
