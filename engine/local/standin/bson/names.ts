/** Where the name of a field that begins at `at` ends, by the zero behind it. */
export function endOfName(bytes: Uint8Array, at: number): number {
  let end = at;
  while (bytes[end] !== 0) end++;
  return end;
}

/** Which of some names stands there; compared in place, since this runs for every field of every document of a scan. */
export function nameAt<Named extends { readonly bytes: Uint8Array }>(
  bytes: Uint8Array,
  { from, to }: { from: number; to: number },
  names: readonly Named[],
): Named | undefined {
  for (const named of names) if (named.bytes.length === to - from && isAt(bytes, from, named.bytes)) return named;
  return undefined;
}

/** Whether these bytes stand there. */
export function isAt(bytes: Uint8Array, at: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return false;
  return true;
}
