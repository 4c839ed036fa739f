export { enterSegment } from './enter-segment.ts';
export { importFile } from './import.ts';
export { carryGroup, runGroup } from './carry-group.ts';
