import { setFlagsFromString } from 'node:v8';

/** By how many percent of what lives old objects may pile up before V8 looks through them all. */
const SMALL = 50;
/** While people are mailed, whose pages grow old and are dropped, all the time: it saves a worker a sixth of its time. */
const ROOMY = 150;

let roomy = 0;

/** Keeps the heap of a process near to what lives in it; left alone, V8 lets garbage pile up to gigabytes. */
export function keepHeapSmall(): void {
  growBy(SMALL);
}

/** Does some work, and gives the heap more room until it, and all such work beside it, is done. */
export async function withRoomyHeap<Done>(work: () => Promise<Done>): Promise<Done> {
  roomy++;
  growBy(ROOMY);
  try {
    return await work();
  } finally {
    roomy--;
    if (roomy === 0) keepHeapSmall();
  }
}

/** V8 asks for this after each time it has looked, so that it may be changed on the way. */
function growBy(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}
