import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Preview } from '@/api/alertTypes';
import { ChartCard } from '@/charts/ChartCard';
import { SERIES_TOKENS } from '@/charts/colors';
import { Legend } from '@/charts/Legend';
import type { Series } from '@/charts/plot';
import { TimeChart } from '@/charts/TimeChart';
import { useFormat } from '@/i18n/useFormat';
import { absolute, parseDuration } from '@/view/range';
import { useChangeView } from '@/view/useView';

import { groupText } from './alertCalls';

const SHOWN = SERIES_TOKENS.length - 1;

/** What a monitor would have compared with its threshold, and how often it would have fired. */
export function PreviewChart({ preview, threshold }: { readonly preview: Preview; readonly threshold: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const change = useChangeView();
  const [highlight, setHighlight] = useState<string | null>(null);
  const groups = preview.groups.slice(0, SHOWN);
  const times = [...new Set(groups.flatMap(({ points }) => points.map(([time]) => Date.parse(time))))].toSorted((a, b) => a - b);
  const buckets = { times, intervalMs: parseDuration(preview.step) ?? 0, until: Date.parse(preview.to) };
  const write = (value: number): string => new Intl.NumberFormat(format.locale, { maximumSignificantDigits: 4 }).format(value);
  const series: Series[] = [
    ...groups.map(({ group, points }, index): Series => {
      const values = new Map(points.map(([time, value]) => [Date.parse(time), value]));
      return {
        key: JSON.stringify(group),
        name: groupText(group, t('state.unknown')) || t('chart.total'),
        color: SERIES_TOKENS[index] ?? 'series-other',
        values: times.map((time) => values.get(time) ?? null),
      };
    }),
    { key: 'threshold', name: t('alerts.field.value'), color: 'bad', dashed: true, values: times.map(() => threshold) },
  ];
  const title = t('alerts.wouldHave', { count: preview.alerts, value: format.integer(preview.alerts) });
  return (
    <ChartCard
      title={title}
      query={{ isPending: false, isPlaceholderData: false, error: null, data: preview, refetch: () => undefined }}
      empty={times.length === 0}
      testid="monitor-preview"
      legend={<Legend onHighlight={setHighlight} items={series.map(({ key, name, color }) => ({ key, name, color }))} />}
      rows={() => ({
        head: [t('chart.time'), ...series.map(({ name }) => name)],
        rows: times.map((at, i) => ({
          key: String(at),
          cells: [format.dateTime(at), ...series.map(({ values }) => (values[i] == null ? '–' : write(values[i])))],
        })),
      })}
    >
      <TimeChart
        label={title}
        totalName={null}
        buckets={buckets}
        series={series}
        kind="lines"
        write={write}
        leastStep={0}
        highlight={highlight}
        onPick={() => undefined}
        onZoom={(from, to) => change({ range: absolute(from, to) })}
      />
    </ChartCard>
  );
}
