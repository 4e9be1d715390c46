import { useCallback } from 'react';

import type { CallSummary } from '@/api/types';
import { useKeys } from '@/components/useKeys';
import { useChangeView, useView } from '@/view/useView';

/** Which call is open. It stands in the URL; `j` and `k` go through the list, Escape closes. */
export function useSelectedCall(rows: readonly CallSummary[]) {
  const { call: selected } = useView();
  const change = useChangeView();

  const open = useCallback((id: string) => change({ call: id }, { replace: selected !== null }), [change, selected]);
  const close = useCallback(() => {
    change({ call: null });
    if (selected !== null) {
      document.querySelector<HTMLElement>(`[data-call="${CSS.escape(selected)}"]`)?.focus({ preventScroll: true });
    }
  }, [change, selected]);
  const step = (by: 1 | -1): boolean => {
    const place = rows.findIndex((call) => call.call_id === selected);
    const next = rows[place < 0 ? 0 : place + by];
    if (next !== undefined) {
      open(next.call_id);
    }
    return next !== undefined;
  };
  useKeys({ j: () => step(1), k: () => step(-1), Escape: selected === null ? undefined : close });
  return { selected, open, close, step };
}
