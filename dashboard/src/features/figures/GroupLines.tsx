import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { Table } from '@/api/types';
import { asText } from '@/api/usage';
import { seriesOf, type Buckets } from '@/charts/buckets';
import type { Series } from '@/charts/plot';
import { dimensionName, valueName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';
import { addFilter, is } from '@/view/filters';
import { useChangeView, useView } from '@/view/useView';

import { MetricChart } from './MetricChart';
import { useBuckets, useGroupedSeries, type ColoredGroup } from './questions';

interface Props {
  readonly title: string;
  readonly metric: string;
  readonly groups: readonly ColoredGroup[];
  readonly write: (value: number) => string;
  readonly testid: string;
}

const ofGroup = (table: Table, buckets: Buckets, metric: string, group: string): readonly (number | null)[] =>
  seriesOf({ ...table, rows: table.rows.filter((row) => asText(row[1]) === group) }, buckets, metric, null);

/** One metric over time, a line for each of the largest groups of the chosen dimension. */
export function GroupLines({ title, metric, groups, write, testid }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const change = useChangeView();
  const query = useGroupedSeries(groups, [metric]);
  const { data } = query;
  const buckets = useBuckets(data);
  const series = useMemo(
    (): Series[] =>
      data === undefined
        ? []
        : groups.map(({ value, label, color }) => ({
            key: value,
            name: label ?? valueName(t, view.groupBy, value),
            color,
            values: ofGroup(data, buckets, metric, value),
          })),
    [data, buckets, metric, groups, view.groupBy, t],
  );
  const named = t('performance.by', { title, dimension: dimensionName(t, view.groupBy).toLocaleLowerCase(format.locale) });
  return (
    <MetricChart
      title={named}
      label={t('performance.linesLabel', { title: named, groups: format.list(series.map(({ name }) => name)) })}
      kind="lines"
      series={series}
      write={write}
      leastStep={0}
      testid={testid}
      query={query}
      onPickSeries={(key) => change({ filters: addFilter(view.filters, is(view.groupBy, key)) })}
    />
  );
}
