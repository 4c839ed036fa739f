import { useState } from 'react';

type Paging = { of: string; cursors: readonly string[] };

/** Steps through a list by opaque cursors; begins again whenever `of` (search and filters) changes. */
export function usePages(of: string) {
  const [paging, setPaging] = useState<Paging>({ of, cursors: [] });
  const cursors = paging.of === of ? paging.cursors : [];
  return {
    page: cursors.length,
    cursor: cursors.at(-1),
    forward: (cursor: string) => setPaging({ of, cursors: [...cursors, cursor] }),
    back: () => setPaging({ of, cursors: cursors.slice(0, -1) }),
  };
}
