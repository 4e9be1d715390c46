import type { ReactNode } from 'react';

import classes from './Panel.module.css';

interface Props {
  readonly title: string;
  readonly hint?: string | undefined;
  readonly hintId?: string;
  /** Beside the title: a count, a search, a button. */
  readonly aside?: ReactNode;
  readonly testid?: string;
  readonly id?: string;
  readonly children: ReactNode;
}

/** A part of a page with its name. */
export function Panel({ title, hint, hintId, aside, testid, id, children }: Props) {
  return (
    <section className={classes.panel} aria-label={title} id={id} tabIndex={id === undefined ? undefined : -1} data-testid={testid}>
      <div className={classes.head}>
        <h2 className={classes.title}>{title}</h2>
        {aside !== undefined && <div className={classes.aside}>{aside}</div>}
      </div>
      {hint !== undefined && (
        <p className={classes.hint} id={hintId}>
          {hint}
        </p>
      )}
      {children}
    </section>
  );
}
