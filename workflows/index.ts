export { enterSegment } from './enter-segment.ts';
export { importFile } from './import.ts';
export { runGroup } from './run-group.ts';
