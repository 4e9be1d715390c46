// What stands where data would: a skeleton while it loads, a reason when it failed, a way on when there is none.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiError } from '@/api/client';

import { Button } from './Button';
import { Icon } from './Icon';
import classes from './States.module.css';

export function Skeleton({ height, width }: { readonly height: number | string; readonly width?: number | string }) {
  return <span className={classes.skeleton} style={{ height, width: width ?? '100%' }} aria-hidden="true" />;
}

/** Says once, to those who listen, that something is being loaded. */
export function Loading({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('app.loading')} className={classes.loading}>
      {children}
    </div>
  );
}

interface ErrorProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
  readonly compact?: boolean;
}

export function ErrorState({ error, onRetry, compact = false }: ErrorProps) {
  const { t } = useTranslation();
  const detail = error instanceof ApiError && error.status !== 0 ? error.message : t('state.unreachable');
  return (
    <div role="alert" className={`${classes.state} ${compact ? classes.compact : ''}`} data-testid="error-state">
      <span className={classes.errorIcon}>
        <Icon name="error" size={compact ? 20 : 28} />
      </span>
      <p className={classes.title}>{t('state.errorTitle')}</p>
      <p className={classes.detail}>{detail}</p>
      {onRetry && (
        <Button icon="refresh" onClick={onRetry}>
          {t('state.retry')}
        </Button>
      )}
    </div>
  );
}

interface LoadedProps<Data> {
  readonly query: {
    readonly isPending: boolean;
    readonly data: Data | undefined;
    readonly error: unknown;
    readonly refetch: () => unknown;
  };
  /** Of the skeleton. */
  readonly height: number;
  /** It is most of a page: what went wrong is said large. */
  readonly page?: boolean;
  readonly children: (data: Data) => ReactNode;
}

/** What a query brought; before that, that it is on its way; else what went wrong. */
export function Loaded<Data>({ query, height, page = false, children }: LoadedProps<Data>) {
  if (query.isPending) {
    return (
      <Loading>
        <Skeleton height={height} />
      </Loading>
    );
  }
  return query.data === undefined ? (
    <ErrorState compact={!page} error={query.error} onRetry={() => void query.refetch()} />
  ) : (
    children(query.data)
  );
}

/** Why what somebody asked for was not done; nothing while there is no reason. */
export function Refusal({ error }: { readonly error: Error | null }) {
  return (
    error !== null && (
      <span role="alert" className={classes.refusal}>
        {error.message}
      </span>
    )
  );
}

interface EmptyProps {
  readonly title: string;
  readonly detail?: string;
  readonly children?: ReactNode;
  readonly compact?: boolean;
}

export function EmptyState({ title, detail, children, compact = false }: EmptyProps) {
  return (
    <div className={`${classes.state} ${compact ? classes.compact : ''}`} data-testid="empty-state">
      {!compact && (
        <svg className={classes.emptyGlass} viewBox="0 0 96 72" width="96" height="72" aria-hidden="true">
          <path d="M2 29h14v14H2zM80 29h14v14H80z" className={classes.emptyPipe} />
          <circle cx="48" cy="36" r="29" className={classes.emptyRing} />
          <path d="M23 50q6-3 12.5 0t12.5 0 12.5 0 12.5 0" className={classes.emptyFluid} />
        </svg>
      )}
      <p className={classes.title}>{title}</p>
      {detail !== undefined && <p className={classes.detail}>{detail}</p>}
      {children}
    </div>
  );
}
