import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { sum } from '@/charts/buckets';
import { ChartCard } from '@/charts/ChartCard';
import { Legend } from '@/charts/Legend';
import { TimeChart } from '@/charts/TimeChart';
import type { Series } from '@/charts/plot';
import { useFormat } from '@/i18n/useFormat';
import { absolute } from '@/view/range';
import { callsSearch, useChangeView, useView } from '@/view/useView';

import { intervalName } from './intervalName';
import { useBuckets, useSeries } from './useOverview';

interface Props {
  readonly title: string;
  readonly note?: string;
  readonly label: string;
  readonly kind: 'bars' | 'lines';
  readonly series: readonly Series[];
  readonly write: (value: number) => string;
  readonly leastStep: number;
  readonly testid: string;
}

/** A chart of the whole, not split by groups: tokens and response times. */
export function PlainChart({ title, note, label, kind, series, write, leastStep, testid }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const change = useChangeView();
  const navigate = useNavigate();
  const [highlight, setHighlight] = useState<string | null>(null);
  const query = useSeries();
  const buckets = useBuckets(query.data);
  const toCalls = (from: number, to: number) => callsSearch(view, [], absolute(from, to));
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
        onPick={(from, to) => void navigate({ to: '/calls', search: toCalls(from, to) })}
        onZoom={(from, to) => change({ range: absolute(from, to) })}
      />
    </ChartCard>
  );
}
