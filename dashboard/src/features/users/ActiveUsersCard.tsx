import type { UseQueryResult } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { UserReport } from '@/api/types';
import { ChartCard } from '@/charts/ChartCard';
import { Legend } from '@/charts/Legend';
import type { Series } from '@/charts/plot';
import { TimeChart } from '@/charts/TimeChart';
import { useFormat } from '@/i18n/useFormat';
import { known } from '@/view/filters';
import { absolute } from '@/view/range';
import { callsSearch, useChangeView, useView } from '@/view/useView';

import { byDay, dayBuckets, dayTime } from './days';

/** How many users there were on each day, in the week and in the month that ended with it. */
export function ActiveUsersCard({ query }: { readonly query: UseQueryResult<UserReport> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const change = useChangeView();
  const navigate = useNavigate();
  const [highlight, setHighlight] = useState<string | null>(null);
  const active = query.data?.active ?? [];
  const last = active.at(-1);
  const buckets = dayBuckets(last === undefined ? 0 : dayTime(last.day), active.length);
  const line = (key: 'on_day' | 'in_week' | 'in_month', name: string, color: Series['color']): Series => ({
    key,
    name,
    color,
    values: byDay(active, buckets, (day) => day[key]),
  });
  const series = [
    line('on_day', t('users.onDay'), 'series-1'),
    line('in_week', t('users.inWeek'), 'series-2'),
    line('in_month', t('users.inMonth'), 'series-3'),
  ];
  return (
    <ChartCard
      title={t('users.active')}
      note={t('users.activeNote')}
      query={query}
      empty={active.every(({ in_month }) => in_month === 0)}
      testid="active-users"
      legend={<Legend onHighlight={setHighlight} items={series.map(({ key, name, color }) => ({ key, name, color }))} />}
      rows={() => ({
        head: [t('chart.time'), ...series.map(({ name }) => name)],
        rows: active.toReversed().map((day) => ({
          key: day.day,
          cells: [format.day(dayTime(day.day)), ...[day.on_day, day.in_week, day.in_month].map((count) => format.integer(count))],
        })),
      })}
    >
      <TimeChart
        label={t('users.activeLabel', {
          day: format.integer(last?.on_day),
          week: format.integer(last?.in_week),
          month: format.integer(last?.in_month),
        })}
        totalName={null}
        buckets={buckets}
        series={series}
        kind="lines"
        write={format.compact}
        leastStep={1}
        highlight={highlight}
        onPick={(from, to) => void navigate({ to: '/calls', search: callsSearch(view, [known('user')], absolute(from, to)) })}
        onZoom={(from, to) => change({ range: absolute(from, to) })}
      />
    </ChartCard>
  );
}
