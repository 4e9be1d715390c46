import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import type { Table } from '@/api/types';
import { seriesOf, sum } from '@/charts/buckets';
import type { ColorToken } from '@/charts/colors';
import type { Series } from '@/charts/plot';
import pageClasses from '@/components/Page.module.css';
import { MetricChart } from '@/features/figures/MetricChart';
import { useBuckets } from '@/features/figures/questions';
import { useFormat } from '@/i18n/useFormat';

import { IN_A_SESSION } from './sessionFigures';

const MS = 1_000;
/** A conversation of half a turn is none. */
const TURN_STEP = 1;

/** How many conversations there were, and how long: in time, and in turns. */
export function SessionCharts({ query }: { readonly query: UseQueryResult<Table> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = query;
  const buckets = useBuckets(data);
  const line = (metric: string, name: string, color: ColorToken, factor = 1): Series => ({
    key: metric,
    name,
    color,
    values:
      data === undefined
        ? []
        : seriesOf(data, buckets, metric, metric === 'sessions' ? 0 : null).map((value) => (value === null ? null : value * factor)),
  });
  const count = [line('sessions', t('sessions.figure.sessions'), 'series-1')];
  const length = [
    line('session_length_p50_s', t('chart.p50'), 'series-1', MS),
    line('session_length_p95_s', t('chart.p95'), 'series-2', MS),
  ];
  const turns = [
    line('session_turns_avg', t('sessions.average'), 'series-1'),
    line('session_turns_p95', t('chart.p95'), 'series-2'),
  ];
  const spread = (title: string, series: readonly Series[], write: (value: number) => string) => {
    const known = (series[0]?.values ?? []).filter((value) => value !== null);
    return t('sessions.spread', {
      title,
      min: known.length === 0 ? '–' : write(Math.min(...known)),
      max: known.length === 0 ? '–' : write(Math.max(...known)),
    });
  };
  const common = { query, about: IN_A_SESSION } as const;
  return (
    <div className={pageClasses.three}>
      <MetricChart
        {...common}
        title={t('sessions.overTime')}
        label={t('sessions.most', { title: t('sessions.overTime'), max: format.integer(Math.max(0, ...(count[0]?.values ?? []).map((value) => value ?? 0))) })}
        kind="lines"
        series={sum(count[0]?.values ?? []) === 0 ? [] : count}
        write={format.compact}
        leastStep={1}
        testid="chart-sessions"
      />
      <MetricChart
        {...common}
        title={t('sessions.length')}
        label={spread(t('sessions.length'), length, format.duration)}
        kind="lines"
        series={length}
        write={format.duration}
        leastStep={0}
        testid="chart-session-length"
      />
      <MetricChart
        {...common}
        title={t('sessions.turns')}
        label={spread(t('sessions.turns'), turns, format.rate)}
        kind="lines"
        series={turns}
        write={format.rate}
        leastStep={TURN_STEP}
        testid="chart-session-turns"
      />
    </div>
  );
}
