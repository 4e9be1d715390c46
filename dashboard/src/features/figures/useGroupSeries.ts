import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { Table } from '@/api/types';
import { groupedSeries, remainder, seriesOf, sum, type Buckets } from '@/charts/buckets';
import type { Series } from '@/charts/plot';
import { valueName } from '@/i18n/names';
import { useView } from '@/view/useView';

import type { ColoredGroup } from './questions';
import type { RankedMetric } from './ranking';

/** The key of what is not among the largest groups: no value starts with a NUL. */
export const OTHERS = '\0others';

export interface Grouping {
  readonly metric: RankedMetric;
  readonly groups: readonly ColoredGroup[];
  readonly grouped: Table | undefined;
}

const NO_GROUPS: ReadonlyMap<string | null, readonly number[]> = new Map();

/** One series a group, and one for what they leave of the total. */
export function useGroupSeries(total: Table | undefined, buckets: Buckets, grouping: Grouping): readonly Series[] {
  const { t } = useTranslation();
  const { groupBy } = useView();
  const { metric, groups, grouped } = grouping;
  return useMemo(() => {
    if (total === undefined) {
      return [];
    }
    const byGroup = grouped === undefined ? NO_GROUPS : groupedSeries(grouped, buckets, metric);
    const shown = groups.flatMap(({ value, label, color }): Series[] => {
      const values = byGroup.get(value);
      return values === undefined ? [] : [{ key: value, name: label ?? valueName(t, groupBy, value), color, values }];
    });
    const rest = remainder(
      seriesOf(total, buckets, metric, 0),
      shown.map((one) => one.values),
    );
    return sum(rest) > 0
      ? [...shown, { key: OTHERS, name: t('state.others'), color: 'series-other', values: rest }]
      : shown;
  }, [total, grouped, buckets, metric, groups, groupBy, t]);
}
