import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/Button';
import { EmptyState, ErrorState, Loading, Skeleton } from '@/components/States';

import classes from './ChartCard.module.css';
import { DataTable, type DataRows } from './DataTable';

interface Query {
  readonly isPending: boolean;
  readonly isPlaceholderData: boolean;
  readonly error: unknown;
  readonly data: unknown;
  readonly refetch: () => unknown;
}

interface Props {
  readonly title: string;
  readonly note?: string;
  readonly query: Query;
  readonly empty: boolean;
  readonly legend?: ReactNode;
  /** The same numbers as a table, for those who prefer or need one. */
  readonly rows: () => DataRows;
  readonly testid: string;
  readonly className?: string;
  readonly children: ReactNode;
}

export function ChartCard({ title, note, query, empty, legend, rows, testid, className, children }: Props) {
  const { t } = useTranslation();
  const [asTable, setAsTable] = useState(false);
  return (
    <section className={`${classes.card} ${className ?? ''}`} aria-label={title} data-testid={testid}>
      <div className={classes.head}>
        <h3 className={classes.title}>{title}</h3>
        {note !== undefined && <p className={classes.note}>{note}</p>}
        <Button
          look="quiet"
          icon={asTable ? 'chart' : 'table'}
          iconOnly
          className={classes.toggle}
          aria-label={`${title}: ${t(asTable ? 'chart.asChart' : 'chart.asTable')}`}
          hint={t(asTable ? 'chart.asChart' : 'chart.asTable')}
          data-hint-place="left"
          disabled={query.data === undefined || empty}
          onClick={() => setAsTable(!asTable)}
        />
      </div>
      {legend}
      <div className={classes.body} data-stale={query.isPlaceholderData || undefined}>
        <Body query={query} empty={empty}>
          {asTable ? <DataTable caption={title} {...rows()} /> : children}
        </Body>
      </div>
    </section>
  );
}

function Body({
  query,
  empty,
  children,
}: {
  readonly query: Query;
  readonly empty: boolean;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  if (query.data === undefined && query.error !== null) {
    return <ErrorState compact error={query.error} onRetry={() => query.refetch()} />;
  }
  if (query.isPending) {
    return (
      <Loading>
        <Skeleton height="100%" />
      </Loading>
    );
  }
  return empty ? <EmptyState compact title={t('state.noData')} /> : children;
}
