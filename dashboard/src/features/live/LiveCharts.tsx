import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { LiveSummary } from '@/api/types';
import { ChartCard } from '@/charts/ChartCard';
import type { ColorToken } from '@/charts/colors';
import { Legend } from '@/charts/Legend';
import type { Series } from '@/charts/plot';
import { TimeChart } from '@/charts/TimeChart';
import pageClasses from '@/components/Page.module.css';
import { useFormat } from '@/i18n/useFormat';
import { absolute } from '@/view/range';
import { onlyCallsSearch } from '@/view/useView';

import classes from './live.module.css';
import { secondBuckets, valuesOf } from './seconds';

interface Spec {
  readonly id: 'calls' | 'latency' | 'tokens' | 'cost' | 'flight';
  readonly kind: 'bars' | 'lines';
  readonly leastStep: number;
  readonly lines: readonly { readonly name: 'ok' | 'errors' | 'p50' | 'p95' | 'input' | 'output' | 'cost' | 'flight'; readonly color: ColorToken; readonly pick: (second: LiveSummary) => number | null }[];
}

const SPECS: readonly Spec[] = [
  {
    id: 'calls',
    kind: 'bars',
    leastStep: 1,
    lines: [
      { name: 'ok', color: 'series-1', pick: ({ calls, errors }) => calls - errors },
      { name: 'errors', color: 'bad', pick: ({ errors }) => errors },
    ],
  },
  {
    id: 'latency',
    kind: 'lines',
    leastStep: 0,
    lines: [
      { name: 'p50', color: 'series-1', pick: ({ latency_p50_ms: ms }) => ms },
      { name: 'p95', color: 'series-2', pick: ({ latency_p95_ms: ms }) => ms },
    ],
  },
  {
    id: 'tokens',
    kind: 'bars',
    leastStep: 1,
    lines: [
      { name: 'input', color: 'series-3', pick: ({ input_tokens: tokens }) => tokens },
      { name: 'output', color: 'series-4', pick: ({ output_tokens: tokens }) => tokens },
    ],
  },
  { id: 'cost', kind: 'bars', leastStep: 0, lines: [{ name: 'cost', color: 'series-2', pick: ({ cost_usd: cost }) => cost }] },
  { id: 'flight', kind: 'lines', leastStep: 1, lines: [{ name: 'flight', color: 'series-5', pick: ({ in_flight: calls }) => calls }] },
];

/** The last five minutes, a bucket a second. */
export function LiveCharts({ seconds }: { readonly seconds: readonly LiveSummary[] }) {
  const { t } = useTranslation();
  return (
    <>
      <h2 className="sr-only">{t('chart.heading')}</h2>
      <div className={pageClasses.three}>
        {SPECS.map((spec) => (
          <LiveChart key={spec.id} spec={spec} seconds={seconds} />
        ))}
      </div>
    </>
  );
}

function LiveChart({ spec, seconds }: { readonly spec: Spec; readonly seconds: readonly LiveSummary[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const [highlight, setHighlight] = useState<string | null>(null);
  const buckets = useMemo(() => secondBuckets(seconds), [seconds]);
  const series = useMemo(
    (): Series[] =>
      spec.lines.map(({ name, color, pick }) => ({ key: name, name: t(`livePage.line.${name}`), color, values: valuesOf(seconds, buckets, pick) })),
    [spec, seconds, buckets, t],
  );
  const write = { calls: format.compact, latency: format.duration, tokens: format.compact, cost: format.usd, flight: format.compact }[spec.id];
  const title = t(`livePage.chart.${spec.id}`);
  const known = series.flatMap(({ values }) => values.filter((value) => value !== null));
  const toCalls = (from: number, to: number) => onlyCallsSearch(absolute(from, to), []);
  const open = (from: number, to: number) => void navigate({ to: '/calls', search: toCalls(from, to) });
  return (
    <ChartCard
      title={title}
      query={{ isPending: seconds.length === 0, isPlaceholderData: false, error: null, data: seconds.length === 0 ? undefined : seconds, refetch: () => undefined }}
      empty={known.length === 0}
      testid={`live-${spec.id}`}
      className={spec.id === 'calls' ? (classes.wide ?? '') : ''}
      legend={series.length > 1 && <Legend onHighlight={setHighlight} items={series.map(({ key, name, color }) => ({ key, name, color }))} />}
      rows={() => ({
        head: [t('chart.time'), ...series.map(({ name }) => name)],
        rows: buckets.times
          .map((at, i) => ({ at, values: series.map(({ values }) => values[i] ?? null) }))
          .filter(({ values }) => values.some((value) => value !== null))
          .toReversed()
          .map(({ at, values }) => ({
            key: String(at),
            cells: [
              <Link key="time" to="/calls" search={toCalls(at, at + buckets.intervalMs)}>
                {format.timeExact(at).replace(/[.,]000$/, '')}
              </Link>,
              ...values.map((value) => (value === null ? '–' : write(value))),
            ],
          })),
      })}
    >
      <TimeChart
        label={t('livePage.most', { title, max: known.length === 0 ? '–' : write(Math.max(...known)) })}
        totalName={spec.kind === 'bars' && series.length > 1 ? t('chart.total') : null}
        buckets={buckets}
        series={series}
        kind={spec.kind}
        write={write}
        leastStep={spec.leastStep}
        highlight={highlight}
        onPick={open}
        onZoom={open}
      />
    </ChartCard>
  );
}
