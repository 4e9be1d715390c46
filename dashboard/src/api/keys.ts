import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from './client';
import type { Key, NewKey } from './types';

const KEYS = ['keys'] as const;
const PAGE = 1_000;

/** Sightglass keys, newest first; all of them, page after page. */
export const keysQuery = queryOptions({
  queryKey: [...KEYS, 'issued'],
  queryFn: async ({ signal }): Promise<readonly Key[]> => {
    const keys: Key[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof api.keys>> = await api.keys({ limit: PAGE, cursor }, signal);
      keys.push(...page.items);
      cursor = page.next;
    }
    return keys;
  },
  placeholderData: keepPreviousData,
});

/** What calls of a Sightglass key have as their api_key. */
export const fingerprintOf = (key: Pick<Key, 'id'>): string => key.id.replaceAll('-', '');

export type KeyChange =
  | { readonly kind: 'issue'; readonly key: NewKey }
  | { readonly kind: 'rotate'; readonly id: string; readonly overlap: string | null }
  | { readonly kind: 'revoke'; readonly id: string };

const csrf = async (): Promise<string> => (await api.session()).csrf ?? '';

async function apply(change: KeyChange): Promise<Key> {
  switch (change.kind) {
    case 'issue':
      return api.issueKey(change.key, await csrf());
    case 'rotate':
      return api.rotateKey(change.id, change.overlap, await csrf());
    case 'revoke':
      return api.revokeKey(change.id, await csrf());
  }
}

/** Issues, rotates or revokes a key; the list is asked for again. The text of a new one is in the answer and nowhere else. */
export function useChangeKeys() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: apply,
    onSettled: () => client.invalidateQueries({ queryKey: KEYS }),
    // The answer holds a secret: nothing of it is kept once the page has let go of it.
    gcTime: 0,
  });
}
