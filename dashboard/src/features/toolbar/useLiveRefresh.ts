import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import { liveFeed } from '@/api/live';
import { usageKey, type Pace } from '@/api/usage';
import { endsNow } from '@/view/range';
import { useView } from '@/view/useView';

/** The least time between two refreshes, and between one without new calls (time itself moves on). */
const GAP_MS: Readonly<Record<Pace, number>> = { fast: 900, slow: 2_900, calm: 20_000 };
const IDLE_MS = 30_000;
/** A refresh that takes long is repeated that many times less often than it could be. */
const REST = 4;

/** Asks again when calls have ended: figures within a second, charts and tables within three, what hardly moves three times a minute. */
export function useLiveRefresh(): void {
  const client = useQueryClient();
  const view = useView();
  const on = view.live && endsNow(view.range);

  useEffect(() => {
    if (!on) {
      return undefined;
    }
    const stops = (['fast', 'slow', 'calm'] as const).map((pace) => {
      let dirty = false;
      let busy = false;
      let next = Date.now() + GAP_MS[pace];
      let idleUntil = Date.now() + IDLE_MS;
      const refresh = async () => {
        const started = Date.now();
        busy = true;
        dirty = false;
        await client.invalidateQueries({ queryKey: usageKey(pace) }, { cancelRefetch: false }).catch(() => undefined);
        busy = false;
        const now = Date.now();
        next = now + Math.max(GAP_MS[pace] - (now - started), (now - started) * REST);
        idleUntil = now + IDLE_MS;
      };
      return liveFeed.onSecond((second) => {
        const now = Date.now();
        dirty ||= second.calls > 0 || now >= idleUntil;
        if (dirty && !busy && now >= next && document.visibilityState === 'visible') {
          void refresh();
        }
      });
    });
    return () => stops.forEach((stop) => stop());
  }, [client, on]);
}
