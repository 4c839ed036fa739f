import '@xyflow/react/dist/style.css';

/** The one door to React Flow, so that the canvas depends on it in a single place. */
export {
  Background,
  BackgroundVariant,
  BaseEdge,
  type Connection,
  type Edge as FlowEdge,
  type EdgeChange,
  EdgeLabelRenderer,
  type EdgeProps,
  getSmoothStepPath,
  Handle,
  type Node as FlowNode,
  type NodeChange,
  type NodeProps,
  Panel,
  Position as Side,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStoreApi as useFlowStore,
  useUpdateNodeInternals as useRemeasure,
} from '@xyflow/react';
