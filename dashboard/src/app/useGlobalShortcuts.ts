import { useNavigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef } from 'react';

import { isTyping } from '@/components/useKeys';
import { sharedSearch, useView } from '@/view/useView';

import { PAGES } from './pages';

const SEQUENCE_MS = 1_200;

/** `?` for help; `g` and a page's key to go there. */
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
    } else if (inSequence) {
      const page = PAGES.find(({ key }) => key === event.key);
      if (page !== undefined) {
        void navigate({ to: page.to, search: sharedSearch(view) });
      }
    }
  });

  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}
