/** Holds every conversation that comes to a point until let go; later ones pass once it is sealed. */
export interface Turnstile {
  pass(): Promise<void>;
  /** Resolves when as many are held as were expected. */
  full: Promise<void>;
  seal(): void;
  letGo(): void;
}

/** @param expected how many are held before it counts as full */
export function turnstile(expected: number): Turnstile {
  const open = Promise.withResolvers<void>();
  const full = Promise.withResolvers<void>();
  let held = 0;
  let sealed = false;
  return {
    async pass() {
      if (sealed) return;
      held += 1;
      if (held === expected) full.resolve();
      await open.promise;
    },
    full: full.promise,
    seal: () => (sealed = true),
    letGo: () => open.resolve(),
  };
}
