// Small parts that the list of runs and a run share.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { TracePartKind } from '@/api/types';
import { Icon, type IconName } from '@/components/Icon';
import type { Filter } from '@/view/filters';
import type { Range } from '@/view/range';
import { traceCallsSearch } from '@/view/useView';

import classes from './traces.module.css';

const ICONS: Readonly<Record<TracePartKind, IconName>> = {
  call: 'calls',
  agent: 'agent',
  chain: 'link',
  tool: 'tool',
  retriever: 'search',
  guardrail: 'blocked',
  evaluator: 'check',
  other: 'dots',
};

/** What a part does, as a sign with its word. */
export function KindBadge({ kind }: { readonly kind: TracePartKind }) {
  const { t } = useTranslation();
  return (
    <span className={classes.kind} data-kind={kind} title={t(`traces.kindHint.${kind}`)}>
      <Icon name={ICONS[kind]} size={15} />
      <span className={classes.kindName}>{t(`traces.kind.${kind}`)}</span>
    </span>
  );
}

interface CallsLinkProps {
  readonly trace: string;
  readonly range: Range;
  readonly filters?: readonly Filter[];
  /** What a screen reader says of the number. */
  readonly label: string;
  readonly testid?: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A number that leads to the calls that it was made of. */
export function CallsLink({ trace, range, filters, label, testid, className, children }: CallsLinkProps) {
  return (
    <Link
      to="/calls"
      search={traceCallsSearch(trace, range, filters)}
      className={className ?? classes.number}
      aria-label={label}
      data-testid={testid}
      onClick={(event) => event.stopPropagation()}
    >
      {children}
    </Link>
  );
}

export const FAILED: readonly Filter[] = [
  { name: 'status', op: 'is', value: 'error' },
  { name: 'status', op: 'is', value: 'interrupted' },
];
