import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api } from './client';
import { SESSION_KEY } from './queryClient';

export const sessionQuery = queryOptions({
  queryKey: SESSION_KEY,
  queryFn: ({ signal }) => api.session(signal),
  staleTime: Infinity,
});

/** Asked for once `ready`: a login that is under way would be answered too late. */
export const useSession = (ready: boolean) => useQuery({ ...sessionQuery, enabled: ready });

export function useLogIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.logIn,
    onSuccess: async () => {
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== SESSION_KEY[0] });
      await client.invalidateQueries({ queryKey: SESSION_KEY });
    },
  });
}

export function useLogOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const session = await api.session();
      await api.logOut(session.csrf ?? '');
    },
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: SESSION_KEY });
    },
  });
}

/** Takes the one-time code out of the address (`#code=…`), so that it is neither bookmarked nor used twice. */
export function takeCode(location: Location, history: History): string | null {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code !== null) {
    history.replaceState(history.state, '', location.pathname + location.search);
  }
  return code;
}
