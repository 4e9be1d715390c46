import { useNavigate, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Table } from '@/api/types';
import { groupedSeries, indexOfMax, remainder, seriesOf, sum } from '@/charts/buckets';
import { ChartCard } from '@/charts/ChartCard';
import { SERIES_TOKENS } from '@/charts/colors';
import { Legend } from '@/charts/Legend';
import { TimeChart } from '@/charts/TimeChart';
import type { Series } from '@/charts/timeOption';
import { dimensionName, valueName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';
import { addFilter, is } from '@/view/filters';
import { absolute } from '@/view/range';
import { callsSearch, useChangeView, useView } from '@/view/useView';

import { intervalName } from './intervalName';
import type { TopGroup } from './ranking';
import { useBuckets, useSeries } from './useOverview';

interface Props {
  readonly metric: 'calls' | 'cost_usd';
  readonly groups: readonly TopGroup[];
  readonly grouped: Table | undefined;
}

const OTHERS = '\0others';

/** Requests or cost over time, stacked by the chosen dimension; what is not among the largest is one group. */
export function GroupedChart({ metric, groups, grouped }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const change = useChangeView();
  const navigate = useNavigate();
  const [highlight, setHighlight] = useState<string | null>(null);
  const total = useSeries();
  const buckets = useBuckets(total.data);
  const write = metric === 'calls' ? format.compact : format.usd;
  const axis = metric === 'calls' ? format.compact : format.usdCompact;

  const series = useMemo((): Series[] => {
    if (total.data === undefined) {
      return [];
    }
    const byGroup =
      grouped === undefined ? new Map<string | null, number[]>() : groupedSeries(grouped, buckets, metric);
    const shown = groups.flatMap(({ value, label }, index): Series[] => {
      const values = byGroup.get(value);
      return values === undefined
        ? []
        : [
            {
              key: value,
              name: label ?? valueName(t, view.groupBy, value),
              color: SERIES_TOKENS[index] ?? 'series-other',
              values,
            },
          ];
    });
    const rest = remainder(
      seriesOf(total.data, buckets, metric, 0),
      shown.map((one) => one.values as number[]),
    );
    return sum(rest) > 0
      ? [...shown, { key: OTHERS, name: t('state.others'), color: 'series-other', values: rest }]
      : shown;
  }, [total.data, grouped, buckets, metric, groups, view.groupBy, t]);

  const totals = buckets.times.map((_, i) => sum(series.map((one) => one.values[i] ?? 0)));
  const top = indexOfMax(totals);
  const title = t(metric === 'calls' ? 'chart.requestsBy' : 'chart.costBy', {
    dimension: dimensionName(t, view.groupBy).toLocaleLowerCase(format.locale),
  });
  const label = t('chart.summary', {
    title,
    total: write(sum(totals)),
    max: write(totals[top] ?? 0),
    time: format.dateTime(buckets.times[top] ?? null),
  });
  const toCalls = (from: number, to: number) => callsSearch(view, [], absolute(from, to));

  return (
    <ChartCard
      title={title}
      note={
        buckets.intervalMs > 0 ? t('chart.each', { interval: intervalName(format.locale, buckets.intervalMs) }) : ''
      }
      query={total}
      empty={sum(totals) === 0}
      testid={`chart-${metric}`}
      legend={
        <Legend
          onHighlight={setHighlight}
          items={series.map((one) => ({
            key: one.key,
            name: one.name,
            color: one.color,
            value: write(sum(one.values)),
            ...(one.key === OTHERS
              ? {}
              : {
                  hint: t('breakdown.filterBy', { value: one.name }),
                  onPick: () => change({ filters: addFilter(view.filters, is(view.groupBy, one.key)) }),
                }),
          }))}
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
            write(totals[i] ?? 0),
            ...series.map((one) => write(one.values[i] ?? 0)),
          ],
        })),
      })}
    >
      <TimeChart
        label={label}
        totalName={t('chart.total')}
        buckets={buckets}
        series={series}
        kind="bars"
        write={axis}
        leastStep={metric === 'calls' ? 1 : 0}
        highlight={highlight}
        onPick={(from, to) => void navigate({ to: '/calls', search: toCalls(from, to) })}
        onZoom={(from, to) => change({ range: absolute(from, to) })}
      />
    </ChartCard>
  );
}
