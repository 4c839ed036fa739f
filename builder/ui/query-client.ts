import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api.ts';

/** Answers read from the API. A session that has ended is noticed by the first refusal, and the page asks to sign in. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (failures, error) =>
        failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (error instanceof ApiError && error.status === 401 && query.queryKey[0] !== 'getSession')
        void queryClient.invalidateQueries({ queryKey: ['getSession'] });
    },
  }),
});
