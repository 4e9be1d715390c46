import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import { sharedSearch, useView } from '@/view/useView';

import classes from './BackLink.module.css';
import { Icon } from './Icon';

interface Props {
  readonly to: '/followups' | '/keys' | '/sessions' | '/traces' | '/users';
  readonly testid: string;
  /** Stands alone above a page's head. */
  readonly above?: boolean;
  readonly children: ReactNode;
}

/** The way from one thing back to all of them, with what the view asks for. */
export function BackLink({ to, testid, above = false, children }: Props) {
  const view = useView();
  const link = (
    <Link to={to} search={sharedSearch(view)} className={classes.back} data-testid={testid}>
      <Icon name="chevronLeft" size={16} /> {children}
    </Link>
  );
  return above ? <div className={classes.above}>{link}</div> : link;
}
