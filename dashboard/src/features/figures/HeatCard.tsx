import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { distributionQuery } from '@/api/usage';
import { ChartCard } from '@/charts/ChartCard';
import { cssColor, HEAT_TOKENS } from '@/charts/colors';
import { heatGrid, type HeatGrid, type HeatRow } from '@/charts/heat';
import { HeatMap } from '@/charts/HeatMap';
import { useFormat } from '@/i18n/useFormat';
import { atLeast, atMost, type Filter } from '@/view/filters';
import { absolute } from '@/view/range';
import { callsSearch, useView } from '@/view/useView';

import { intervalName } from './intervalName';
import classes from './HeatCard.module.css';
import { useBuckets } from './questions';

const NO_GRID: HeatGrid = { rows: [], counts: [], most: 0, calls: 0 };

const MEASURES = { latency_ms: 'latency_us', ttft_ms: 'ttft_us' } as const;
type Duration = keyof typeof MEASURES;

const durationFilters = (metric: Duration, row: HeatRow): Filter[] => [
  atLeast(MEASURES[metric], row.low * 1_000),
  atMost(MEASURES[metric], row.high * 1_000),
];

/** How the response times, or those to the first token, are spread over time. A cell leads to its calls. */
export function HeatCard({ metric = 'latency_ms' }: { readonly metric?: Duration }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const navigate = useNavigate();
  const query = useQuery(distributionQuery(metric, view.range, view.filters));
  const buckets = useBuckets(query.data);
  const grid = useMemo(
    () => (query.data === undefined ? NO_GRID : heatGrid(query.data, buckets)),
    [query.data, buckets],
  );
  const title = t(metric === 'latency_ms' ? 'chart.heat' : 'chart.heatTtft');
  const common = grid.rows.reduce<HeatRow | null>(
    (most, row) => (most === null || row.calls > most.calls ? row : most),
    null,
  );
  const label =
    common === null
      ? title
      : t('chart.summaryHeat', { title, low: format.duration(common.low), high: format.duration(common.high) });
  const interval =
    buckets.intervalMs > 0 ? t('chart.eachCell', { interval: intervalName(format.locale, buckets.intervalMs) }) : '';

  return (
    <ChartCard
      title={title}
      note={`${t('chart.heatNote')}, ${interval}`}
      query={query}
      empty={grid.calls === 0}
      testid="chart-heat"
      legend={
        <p className={classes.scale}>
          {t('chart.few')}
          {HEAT_TOKENS.slice(1).map((token) => (
            <span key={token} className={classes.step} style={{ background: cssColor(token) }} />
          ))}
          {t('chart.many')}
        </p>
      }
      rows={() => ({
        head: [t(metric === 'latency_ms' ? 'chart.latency' : 'dim.ttft_us'), t('kpi.requests'), t('breakdown.share')],
        rows: grid.rows.toReversed().flatMap((row) =>
          row.calls === 0
            ? []
            : [
                {
                  key: String(row.low),
                  cells: [
                    t('chart.between', { low: format.duration(row.low), high: format.duration(row.high) }),
                    <Link key="calls" to="/calls" search={callsSearch(view, durationFilters(metric, row))}>
                      {format.integer(row.calls)}
                    </Link>,
                    format.percent(row.calls / grid.calls),
                  ],
                },
              ],
        ),
      })}
    >
      <HeatMap
        label={label}
        grid={grid}
        buckets={buckets}
        onPick={(time, row) => {
          const from = buckets.times[time];
          const picked = grid.rows[row];
          if (from !== undefined && picked !== undefined) {
            void navigate({
              to: '/calls',
              search: callsSearch(view, durationFilters(metric, picked), absolute(from, from + buckets.intervalMs)),
            });
          }
        }}
      />
    </ChartCard>
  );
}
