/** A real instant about `ms` away, scattered by what `seed` says, so that those put off together do not come back together. */
export function inAWhile(ms: number, seed: string): Date {
  return new Date(Date.now() + scattered(ms, seed));
}

/** Three to five quarters of `ms`; the same for the same seed, so that a repeat decides the same. */
export function scattered(ms: number, seed: string): number {
  return ms * (0.75 + shareOf(seed) / 2);
}

/** FNV-1a, as a share of one. */
function shareOf(seed: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < seed.length; index++) hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
