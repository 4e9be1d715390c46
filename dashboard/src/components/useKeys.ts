import { useEffect, useEffectEvent } from 'react';

/** Whether a key press belongs to a field, a menu or a dialog rather than to the page. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('input, textarea, select, [role="menu"], [role="listbox"], [aria-modal="true"]') !== null)
  );
}

/** Single keys of a page, by `event.key`. A handler that returns false leaves the key to others. */
export function useKeys(handlers: Readonly<Record<string, (() => boolean | void) | undefined>>): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    const handler = handlers[event.key];
    if (
      handler === undefined ||
      event.defaultPrevented ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      isTyping(event)
    ) {
      return;
    }
    if (handler() !== false) {
      event.preventDefault();
    }
  });

  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}
