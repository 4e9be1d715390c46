import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import type { Table } from '@/api/types';
import { onlyRow, statusQuery } from '@/api/usage';
import { seriesOf, wholeBuckets } from '@/charts/buckets';
import { ErrorState } from '@/components/States';
import { useFormat } from '@/i18n/useFormat';
import { callsSearch, useView } from '@/view/useView';

import { KpiCard } from './KpiCard';
import classes from './Kpi.module.css';
import { kpis } from './kpis';
import { useBuckets, useFigures, useSeries } from './useOverview';

/** How much of the period before may lie before the first call that is kept. */
const MOST_UNCOVERED = 0.1;

/** Nothing is no figure of these; of the others it is zero. */
const UNKNOWN_WITHOUT_CALLS: ReadonlySet<string> = new Set(['error_rate', 'latency_p95_ms']);

function covers(before: Table | undefined, oldest: number): boolean {
  if (before === undefined) {
    return false;
  }
  const from = Date.parse(before.from);
  return oldest <= from + MOST_UNCOVERED * (Date.parse(before.to) - from);
}

/** The six figures one looks at first. Each leads to the calls behind it. */
export function KpiStrip() {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const figures = useFigures();
  const series = useSeries();
  const status = useQuery(statusQuery);
  const oldest = Date.parse(status.data?.store.oldest ?? '') || 0;
  const buckets = useBuckets(series.data);
  const now = onlyRow(figures.now.data);
  // A period from before the first call is nothing to compare with.
  const before = covers(figures.before.data, oldest) ? onlyRow(figures.before.data) : {};

  if (figures.now.data === undefined && figures.now.error !== null) {
    return (
      <section className={classes.failed}>
        <ErrorState compact error={figures.now.error} onRetry={() => void figures.now.refetch()} />
      </section>
    );
  }
  const cards = kpis(t, format, now);
  return (
    <section
      className={classes.strip}
      aria-label={t('kpi.heading')}
      data-stale={figures.now.isPlaceholderData || undefined}
    >
      {cards.map((kpi) => (
        <KpiCard
          key={kpi.metric}
          kpi={kpi}
          loading={figures.now.isPending}
          now={now[kpi.metric] ?? null}
          before={before[kpi.metric] ?? null}
          compared={figures.before.data !== undefined}
          trend={
            series.data === undefined
              ? []
              : wholeBuckets(
                  buckets,
                  Date.parse(series.data.from),
                  seriesOf(series.data, buckets, kpi.metric, UNKNOWN_WITHOUT_CALLS.has(kpi.metric) ? null : 0),
                )
          }
          search={callsSearch(view, kpi.filters)}
        />
      ))}
    </section>
  );
}
