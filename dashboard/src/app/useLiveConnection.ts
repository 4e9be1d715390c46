import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import { liveFeed } from '@/api/live';
import { SESSION_KEY } from '@/api/queryClient';

const HIDDEN_MS = 20_000;

/** Keeps the live feed open while the page is looked at. */
export function useLiveConnection(): void {
  const client = useQueryClient();
  useEffect(() => {
    let hidden: ReturnType<typeof setTimeout> | undefined;
    liveFeed.onFailure = () => void client.invalidateQueries({ queryKey: SESSION_KEY });
    const follow = () => {
      clearTimeout(hidden);
      if (document.visibilityState === 'visible') {
        liveFeed.start();
      } else {
        hidden = setTimeout(() => liveFeed.stop(), HIDDEN_MS);
      }
    };
    liveFeed.start();
    document.addEventListener('visibilitychange', follow);
    return () => {
      clearTimeout(hidden);
      document.removeEventListener('visibilitychange', follow);
      liveFeed.stop();
    };
  }, [client]);
}
