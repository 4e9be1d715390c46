import type { ReactNode } from 'react';

import classes from './Facts.module.css';

export type Fact = readonly [name: string, value: ReactNode];

/** What is known of one thing, as names and values side by side. */
export function FactList({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
