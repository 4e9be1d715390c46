// A button with a panel. The panel's machinery (Mantine's popover: placing, focus trap, portal) is loaded when a pointer or
// the focus first comes near, which keeps it out of the first load.
import { lazy, Suspense, useCallback, useRef, type ReactElement, type ReactNode } from 'react';

import classes from './Dropdown.module.css';

const load = () => import('./DropdownPanel');
const DropdownPanel = lazy(load);
const preload = () => void load();

export interface TriggerProps {
  readonly 'aria-expanded': boolean;
  readonly 'aria-haspopup': 'dialog';
  readonly onClick: () => void;
}

interface Props {
  /** Names the panel. */
  readonly label: string;
  readonly opened: boolean;
  readonly onOpened: (opened: boolean) => void;
  readonly trigger: (props: TriggerProps) => ReactElement;
  readonly children: ReactNode;
  readonly position?: 'bottom-start' | 'bottom-end' | 'top-start' | 'top-end';
  readonly className?: string;
  /** Of what holds the button. */
  readonly wrapClassName?: string;
}

export function Dropdown({
  label,
  opened,
  onOpened,
  trigger,
  children,
  position = 'bottom-start',
  className,
  wrapClassName = '',
}: Props) {
  const wrap = useRef<HTMLSpanElement>(null);
  const close = useCallback(() => onOpened(false), [onOpened]);
  return (
    <span ref={wrap} className={`${classes.wrap} ${wrapClassName}`} onPointerEnter={preload} onFocus={preload}>
      {trigger({ 'aria-expanded': opened, 'aria-haspopup': 'dialog', onClick: () => onOpened(!opened) })}
      {opened && (
        <Suspense fallback={null}>
          <DropdownPanel label={label} wrap={wrap} position={position} className={className} onClose={close}>
            {children}
          </DropdownPanel>
        </Suspense>
      )}
    </span>
  );
}
