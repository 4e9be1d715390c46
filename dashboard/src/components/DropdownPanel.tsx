import '@/theme/overlays.css';

import { Popover } from '@mantine/core';
import { useEffect, useRef, type ReactNode, type RefObject } from 'react';

import classes from './Dropdown.module.css';

interface Props {
  readonly label: string;
  /** Holds the button; a press on it is left to the button. */
  readonly wrap: RefObject<HTMLElement | null>;
  readonly position: 'bottom-start' | 'bottom-end' | 'top-start' | 'top-end';
  readonly className: string | undefined;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export default function DropdownPanel({ label, wrap, position, className, onClose, children }: Props) {
  const panel = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const onPress = (event: Event) => {
      const pressed = event.target instanceof Node ? event.target : null;
      if (panel.current?.contains(pressed) === false && wrap.current?.contains(pressed) === false) {
        onClose();
      }
    };
    document.addEventListener('pointerdown', onPress);
    return () => document.removeEventListener('pointerdown', onPress);
  }, [wrap, onClose]);

  useEffect(() => {
    const holder = wrap.current;
    const own = panel;
    return () => {
      const focused = document.activeElement;
      if (focused === document.body || own.current?.contains(focused) === true) {
        holder?.querySelector('button')?.focus({ preventScroll: true });
      }
    };
  }, [wrap]);

  return (
    <Popover
      opened
      onChange={(opened) => !opened && onClose()}
      position={position}
      trapFocus
      withRoles={false}
      closeOnClickOutside={false}
      withinPortal
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <span className={classes.anchor} />
      </Popover.Target>
      <Popover.Dropdown ref={panel} role="dialog" aria-label={label} className={className ?? ''}>
        {children}
      </Popover.Dropdown>
    </Popover>
  );
}
