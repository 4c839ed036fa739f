import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { SECOND_MS } from '#shared/duration.ts';

/** By how many percent of what lives old objects may pile up before V8 looks through them all. */
const SMALL = 50;
/** While people are mailed, whose pages grow old and are dropped, all the time: it saves a worker a sixth of its time. */
const ROOMY = 150;
/**
 * After so long a rest the garbage is given back, if there is this much more than after the last time. Not sooner: `gc()`
 * forgets the shapes of which no object lives just then, and compiled code with them, which the next mails would miss.
 */
const REST_MS = 12 * SECOND_MS;
const WORTH_IT = 1.3;

let busy = 0;
let roomy = 0;
let rest: NodeJS.Timeout | undefined;
let keptBytes = 0;

/** Keeps the heap of a process near to what lives in it; left alone, V8 lets garbage pile up to gigabytes. */
export function keepHeapSmall(): void {
  growBy(SMALL);
}

/** Does some work; what it leaves behind is given back in the first rest after it and all such work beside it. */
export async function withHeapGivenBack<Done>(work: () => Promise<Done>): Promise<Done> {
  busy++;
  clearTimeout(rest);
  try {
    return await work();
  } finally {
    busy--;
    if (busy === 0) rest = setTimeout(giveBack, REST_MS).unref();
  }
}

/** The same, and gives the heap more room until it, and all such work beside it, is done. */
export async function withRoomyHeap<Done>(work: () => Promise<Done>): Promise<Done> {
  roomy++;
  growBy(ROOMY);
  try {
    return await withHeapGivenBack(work);
  } finally {
    roomy--;
    if (roomy === 0) keepHeapSmall();
  }
}

/** Nobody waits for the tenth of a second it takes. Without `--expose-gc` V8 does it in its own time. */
function giveBack(): void {
  if (getHeapStatistics().used_heap_size < keptBytes * WORTH_IT) return;
  globalThis.gc?.();
  keptBytes = getHeapStatistics().used_heap_size;
}

/** V8 asks for this after each time it has looked, so that it may be changed on the way. */
function growBy(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}
