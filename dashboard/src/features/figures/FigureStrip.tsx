import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import type { Table } from '@/api/types';
import { onlyRow, statusQuery } from '@/api/usage';
import { seriesOf, wholeBuckets, type Buckets } from '@/charts/buckets';
import { ErrorState } from '@/components/States';
import type { T } from '@/i18n';
import type { Format } from '@/i18n/format';
import { useFormat } from '@/i18n/useFormat';
import type { Filter } from '@/view/filters';
import { callsSearch, useView } from '@/view/useView';

import { isAmount, valueOf, type Figure, type Figures } from './figure';
import { FigureCard } from './FigureCard';
import classes from './figures.module.css';
import { useBuckets, type useFigures } from './questions';

/** How much of the period before may lie before the first call that is kept. */
const MOST_UNCOVERED = 0.1;

function covers(before: Table | undefined, oldest: number): boolean {
  if (before === undefined) {
    return false;
  }
  const from = Date.parse(before.from);
  return oldest <= from + MOST_UNCOVERED * (Date.parse(before.to) - from);
}

/** What the period before had; nothing where it lies before the first call: that is nothing to compare with. */
export function useBefore(before: Table | undefined): Table | undefined {
  const status = useQuery(statusQuery);
  const oldest = Date.parse(status.data?.store.oldest ?? '') || 0;
  return covers(before, oldest) ? before : undefined;
}

interface Props {
  readonly figures: ReturnType<typeof useFigures>;
  readonly series: UseQueryResult<Table>;
  readonly make: (t: T, format: Format, now: Figures) => readonly Figure[];
  /** What the page is about besides its filters. */
  readonly about?: readonly Filter[];
}

/** A figure over time, bucket by bucket. */
function trendOf(table: Table, buckets: Buckets, figure: Figure): readonly (number | null)[] {
  if (figure.of === undefined) {
    return seriesOf(table, buckets, figure.metric, isAmount(figure.metric) ? 0 : null);
  }
  const metrics = table.columns.slice(1).map(({ name }) => ({ name, values: seriesOf(table, buckets, name, null) }));
  return buckets.times.map((_, i) =>
    valueOf(figure, Object.fromEntries(metrics.map(({ name, values }) => [name, values[i] ?? null]))),
  );
}

const NO_FILTERS: readonly Filter[] = [];

/** The six figures one looks at first. Each leads to the calls behind it. */
export function FigureStrip({ figures, series, make, about = NO_FILTERS }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const buckets = useBuckets(series.data);
  const now = onlyRow(figures.now.data);
  const before = onlyRow(useBefore(figures.before.data));

  if (figures.now.data === undefined && figures.now.error !== null) {
    return (
      <section className={classes.failed}>
        <ErrorState compact error={figures.now.error} onRetry={() => void figures.now.refetch()} />
      </section>
    );
  }
  return (
    <section
      className={classes.strip}
      aria-label={t('kpi.heading')}
      data-stale={figures.now.isPlaceholderData || undefined}
    >
      {make(t, format, now).map((figure) => (
        <FigureCard
          key={figure.metric}
          figure={figure}
          loading={figures.now.isPending}
          now={valueOf(figure, now)}
          before={valueOf(figure, before)}
          compared={figures.before.data !== undefined}
          trend={
            series.data === undefined
              ? []
              : wholeBuckets(
                  buckets,
                  Date.parse(series.data.from),
                  trendOf(series.data, buckets, figure),
                )
          }
          search={callsSearch(view, [...about, ...figure.filters])}
        />
      ))}
    </section>
  );
}
