import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { usageQuery } from '@/api/usage';
import { groupedSeries, indexOfMax, sum } from '@/charts/buckets';
import { ChartCard } from '@/charts/ChartCard';
import { SERIES_TOKENS } from '@/charts/colors';
import { Legend } from '@/charts/Legend';
import type { Series } from '@/charts/plot';
import { TimeChart } from '@/charts/TimeChart';
import { intervalName } from '@/features/figures/intervalName';
import { useBuckets } from '@/features/figures/questions';
import { valueName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';
import { addFilter, groupFilter } from '@/view/filters';
import { absolute } from '@/view/range';
import { callsSearch, useChangeView, useView } from '@/view/useView';

const OTHERS = '\0others';
const UNKNOWN = '\0unknown';

/** Requests over time, stacked by scenario; what is not among the largest is one group. */
export function MixChart() {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const change = useChangeView();
  const navigate = useNavigate();
  const [highlight, setHighlight] = useState<string | null>(null);
  const query = useQuery(
    usageQuery('slow', { metrics: ['calls'], range: view.range, filters: view.filters, groupBy: ['scenario'], interval: 'auto', limit: 10_000 }),
  );
  const buckets = useBuckets(query.data);
  const series = useMemo((): readonly Series[] => {
    const groups = query.data === undefined ? [] : [...groupedSeries(query.data, buckets, 'calls')];
    const ranked = groups.toSorted(([, a], [, b]) => sum(b) - sum(a));
    const shown = ranked.slice(0, SERIES_TOKENS.length).map(
      ([value, values], i): Series => ({
        key: value ?? UNKNOWN,
        name: valueName(t, 'scenario', value),
        color: SERIES_TOKENS[i] ?? 'series-other',
        values,
      }),
    );
    const rest = ranked.slice(SERIES_TOKENS.length).map(([, values]) => values);
    return rest.length === 0
      ? shown
      : [
          ...shown,
          { key: OTHERS, name: t('state.others'), color: 'series-other', values: buckets.times.map((_, i) => sum(rest.map((values) => values[i] ?? 0))) },
        ];
  }, [query.data, buckets, t]);
  const totals = buckets.times.map((_, i) => sum(series.map((one) => one.values[i] ?? 0)));
  const top = indexOfMax(totals);
  const title = t('scenarios.mix');
  const toCalls = (from: number, to: number) => callsSearch(view, [], absolute(from, to));
  return (
    <ChartCard
      title={title}
      note={buckets.intervalMs > 0 ? t('chart.each', { interval: intervalName(format.locale, buckets.intervalMs) }) : ''}
      query={query}
      empty={sum(totals) === 0}
      testid="chart-scenarios"
      legend={
        <Legend
          onHighlight={setHighlight}
          items={series.map(({ key, name, color, values }) => {
            const item = { key, name, color, value: format.compact(sum(values)) };
            const onPick = () =>
              change({ filters: addFilter(view.filters, groupFilter('scenario', key === UNKNOWN ? null : key)) });
            return key === OTHERS ? item : { ...item, hint: t('breakdown.filterBy', { value: name }), onPick };
          })}
        />
      }
      rows={() => ({
        head: [t('chart.time'), t('chart.total'), ...series.map((one) => one.name)],
        rows: buckets.times.map((at, i) => ({
          key: String(at),
          cells: [
            <Link key="time" to="/calls" search={toCalls(at, at + buckets.intervalMs)}>
              {format.span(at, at + buckets.intervalMs)}
            </Link>,
            format.compact(totals[i] ?? 0),
            ...series.map((one) => format.compact(one.values[i] ?? 0)),
          ],
        })),
      })}
    >
      <TimeChart
        label={t('chart.summary', {
          title,
          total: format.compact(sum(totals)),
          max: format.compact(totals[top] ?? 0),
          time: format.dateTime(buckets.times[top] ?? null),
        })}
        totalName={t('chart.total')}
        buckets={buckets}
        series={series}
        kind="bars"
        write={format.compact}
        leastStep={1}
        highlight={highlight}
        onPick={(from, to) => void navigate({ to: '/calls', search: toCalls(from, to) })}
        onZoom={(from, to) => change({ range: absolute(from, to) })}
      />
    </ChartCard>
  );
}
