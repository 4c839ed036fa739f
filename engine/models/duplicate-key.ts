export const DUPLICATE_KEY = 11_000;

/** Whether a write was refused because its `_id` or another unique key is taken. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === DUPLICATE_KEY;
}
