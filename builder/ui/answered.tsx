import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorState } from './error-state.tsx';
import { LoadingRows } from './loading.tsx';

type Rows = { rows: readonly unknown[] };
type Props<Answer extends Rows> = {
  reading: UseQueryResult<Answer, Error>;
  /** What of it is shown, where that is not all. */
  rows?: readonly unknown[] | undefined;
  /** How many grey lines stand in while it is read for the first time. */
  loading?: number;
  /** What is said when there is nothing. */
  empty: ReactNode;
  children(answer: Answer): ReactNode;
};

/** A list in each of its states: being read, out of reach, empty, there. What was read before stays while it is out of reach. */
export function Answered<Answer extends Rows>({ reading, rows, loading, empty, children }: Props<Answer>) {
  const { data } = reading;
  if (data) return (rows ?? data.rows).length === 0 ? empty : children(data);
  if (reading.isError) return <ErrorState error={reading.error} retry={() => void reading.refetch()} />;
  return <LoadingRows {...(loading === undefined ? {} : { rows: loading })} />;
}
