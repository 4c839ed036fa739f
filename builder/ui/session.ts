import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { AnswerOf } from '#shared/api.ts';
import { keyOf, useChange, useRead } from '../api.ts';

/** Who is signed in, and whether the workspace has an owner yet. */
export function useSession() {
  return useRead('getSession');
}

/** Takes whoever has just signed in to the first page. */
export function useComeIn() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (user: AnswerOf<'signIn'>) => {
    client.setQueryData(keyOf('getSession'), { user, hasOwner: true });
    await navigate({ to: '/' });
  };
}

/** Signs out and forgets everything that was read. */
export function useSignOut() {
  const client = useQueryClient();
  const signOut = useChange('signOut');
  return () => {
    signOut.mutate(
      {},
      {
        onSuccess: () => {
          client.setQueryData(keyOf('getSession'), { user: null, hasOwner: true });
          // The session itself stays, because the page around everything is watching it.
          client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'getSession' });
        },
      },
    );
  };
}
