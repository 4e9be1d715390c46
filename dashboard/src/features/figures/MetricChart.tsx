import type { UseQueryResult } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Table } from '@/api/types';
import { sum } from '@/charts/buckets';
import { ChartCard } from '@/charts/ChartCard';
import { Legend } from '@/charts/Legend';
import { TimeChart } from '@/charts/TimeChart';
import type { Series } from '@/charts/plot';
import { useFormat } from '@/i18n/useFormat';
import type { Filter } from '@/view/filters';
import { absolute } from '@/view/range';
import { callsSearch, useChangeView, useView } from '@/view/useView';

import { intervalName } from './intervalName';
import { useBuckets } from './questions';
import { useMarks } from './useMarks';

interface Props {
  readonly title: string;
  readonly note?: string;
  readonly label: string;
  readonly kind: 'bars' | 'lines';
  readonly series: readonly Series[];
  readonly write: (value: number) => string;
  readonly leastStep: number;
  readonly testid: string;
  /** The answer that the series were taken from. */
  readonly query: UseQueryResult<Table>;
  /** What its calls are besides those of the page's filters. */
  readonly about?: readonly Filter[];
  readonly onPickSeries?: (key: string) => void;
}

const NO_FILTERS: readonly Filter[] = [];

/** Series over time; a bucket leads to its calls. */
export function MetricChart({
  title,
  note,
  label,
  kind,
  series,
  write,
  leastStep,
  testid,
  query,
  about = NO_FILTERS,
  onPickSeries,
}: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const change = useChangeView();
  const navigate = useNavigate();
  const marks = useMarks();
  const [highlight, setHighlight] = useState<string | null>(null);
  const buckets = useBuckets(query.data);
  const toCalls = (from: number, to: number) => callsSearch(view, about, absolute(from, to));
  const interval =
    buckets.intervalMs > 0
      ? t(kind === 'bars' ? 'chart.each' : 'chart.eachPoint', {
          interval: intervalName(format.locale, buckets.intervalMs),
        })
      : '';

  return (
    <ChartCard
      title={title}
      note={note === undefined ? interval : `${note}, ${interval}`}
      query={query}
      empty={series.every((one) => one.values.every((value) => value === null || value === 0))}
      testid={testid}
      legend={
        <Legend
          onHighlight={setHighlight}
          items={series.map(({ key, name, color, values }) => ({
            key,
            name,
            color,
            ...(kind === 'bars' ? { value: write(sum(values)) } : {}),
            ...(onPickSeries === undefined
              ? {}
              : { onPick: () => onPickSeries(key), hint: t('breakdown.filterBy', { value: name }) }),
          }))}
        />
      }
      rows={() => ({
        head: [t('chart.time'), ...series.map((one) => one.name)],
        rows: buckets.times.map((at, i) => ({
          key: String(at),
          cells: [
            <Link key="time" to="/calls" search={toCalls(at, at + buckets.intervalMs)}>
              {format.span(at, at + buckets.intervalMs)}
            </Link>,
            ...series.map((one) => {
              const value = one.values[i] ?? null;
              return value === null ? '–' : write(value);
            }),
          ],
        })),
      })}
    >
      <TimeChart
        label={label}
        totalName={kind === 'bars' ? t('chart.total') : null}
        buckets={buckets}
        series={series}
        kind={kind}
        write={write}
        leastStep={leastStep}
        highlight={highlight}
        marks={marks}
        onPick={(from, to) => void navigate({ to: '/calls', search: toCalls(from, to) })}
        onZoom={(from, to) => change({ range: absolute(from, to) })}
      />
    </ChartCard>
  );
}
