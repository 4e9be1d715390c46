import type { ButtonHTMLAttributes, Ref } from 'react';

import classes from './Button.module.css';
import { Icon, type IconName } from './Icon';

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon?: IconName;
  readonly iconRight?: IconName;
  readonly look?: 'plain' | 'quiet' | 'strong';
  /** Without a text; `aria-label` says what it does. */
  readonly iconOnly?: boolean;
  readonly pressed?: boolean;
  /** Shown on hover and focus. It repeats or explains; what is needed to act never stands only here. */
  readonly hint?: string;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({
  icon,
  iconRight,
  look = 'plain',
  iconOnly = false,
  pressed,
  hint,
  className,
  children,
  ...others
}: Props) {
  const names = [classes.button, classes[look], iconOnly ? classes.iconOnly : '', className ?? ''].join(' ');
  return (
    <button type="button" className={names} aria-pressed={pressed} data-hint={hint} {...others}>
      {icon !== undefined && <Icon name={icon} size={iconOnly ? 18 : 16} />}
      {children}
      {iconRight !== undefined && <Icon name={iconRight} size={14} />}
    </button>
  );
}
