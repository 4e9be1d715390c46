import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';

import { addFilter, type Filter } from './filters';
import type { Range } from './range';
import { toSearch, toView, validateSearch, type View, type ViewSearch } from './search';

/** The view that the URL describes. */
export function useView(): View {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const key = JSON.stringify(search);
  // The search object is new at each navigation; views are compared by what they hold.
  return useMemo(() => toView(validateSearch(JSON.parse(key) as Record<string, unknown>)), [key]);
}

/** Changes the view on the page one is on. `replace` keeps small steps (typing) out of the history. */
export function useChangeView(): (change: Partial<View>, options?: { replace?: boolean }) => void {
  const navigate = useNavigate();
  return useCallback(
    (change, options) => {
      void navigate({
        to: '.',
        search: (current: ViewSearch) => ({ ...current, ...toSearch(change) }),
        replace: options?.replace ?? false,
        resetScroll: false,
      } as Parameters<typeof navigate>[0]);
    },
    [navigate],
  );
}

/** The search of a link to the calls behind a number: the view as it is, with more filters or another range. */
export function callsSearch(view: View, filters: readonly Filter[], range = view.range): ViewSearch {
  const all = filters.reduce<Filter[]>((list, filter) => addFilter(list, filter), [...view.filters]);
  return dropMissing(toSearch({ range, filters: all, live: view.live }));
}

/** The search of a link to certain calls, whatever filters the page has. */
export const onlyCallsSearch = (range: Range, filters: readonly Filter[]): ViewSearch =>
  dropMissing(toSearch({ range, filters }));

/** The same for the calls of one run. */
export const traceCallsSearch = (trace: string, range: Range, filters: readonly Filter[] = []): ViewSearch =>
  onlyCallsSearch(range, [{ name: 'trace_id', op: 'is', value: trace }, ...filters]);

/** The search of a link to one run. */
export const traceSearch = (view: View, trace: string): ViewSearch => ({ ...sharedSearch(view), trace });

/** The search of a link to one conversation. */
export const sessionSearch = (view: View, session: string): ViewSearch => ({ ...sharedSearch(view), session });

/** What stays when one goes from page to page. */
export const sharedSearch = (view: View): ViewSearch =>
  dropMissing(toSearch({ range: view.range, filters: view.filters, live: view.live, groupBy: view.groupBy }));

const dropMissing = (search: ViewSearch): ViewSearch =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as ViewSearch;
