import { useNavigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef } from 'react';

import { isTyping } from '@/components/useKeys';
import { sharedSearch, useView } from '@/view/useView';

const SEQUENCE_MS = 1_200;

const PLACES = { o: '/', c: '/calls', t: '/traces' } as const;

const isPlace = (key: string): key is keyof typeof PLACES => Object.hasOwn(PLACES, key);

/** `?` for help; `g o`, `g c` and `g t` to go to a page. */
export function useGlobalShortcuts(onHelp: () => void): void {
  const navigate = useNavigate();
  const view = useView();
  const started = useRef(0);

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const inSequence = Date.now() - started.current < SEQUENCE_MS;
    started.current = 0;
    if (event.key === '?') {
      onHelp();
    } else if (event.key === 'g') {
      started.current = Date.now();
    } else if (inSequence && isPlace(event.key)) {
      void navigate({ to: PLACES[event.key], search: sharedSearch(view) });
    }
  });

  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}
