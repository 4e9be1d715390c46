import type { ReactNode } from 'react';

import classes from './detail.module.css';

interface SectionProps {
  readonly title: string;
  /** Beside the title. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
  readonly testid?: string;
}

export function Section({ title, action, children, testid }: SectionProps) {
  return (
    <section className={classes.section} aria-label={title} data-testid={testid}>
      <div className={classes.sectionHead}>
        <h3 className={classes.heading}>{title}</h3>
        {action}
      </div>
      {children}
    </section>
  );
}

export interface Part {
  readonly key: string;
  readonly name: string;
  readonly value: number;
  readonly color: string;
  readonly text: string;
}

/** A whole in its parts: a bar, and under it what each part is. */
export function Parts({ parts, whole }: { readonly parts: readonly Part[]; readonly whole?: number }) {
  const sum = whole ?? parts.reduce((total, part) => total + part.value, 0);
  return (
    <>
      <div className={classes.bar} aria-hidden="true">
        {parts.map((part) =>
          part.value > 0 ? (
            <span
              key={part.key}
              style={{ width: `${(part.value / Math.max(1e-9, sum)) * 100}%`, background: part.color }}
            />
          ) : null,
        )}
      </div>
      <dl className={classes.parts}>
        {parts.map((part) => (
          <div key={part.key} className={classes.part}>
            <dt>
              <span className={classes.swatch} style={{ background: part.color }} />
              {part.name}
            </dt>
            <dd>{part.text}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
