import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { forecastQuery } from '@/api/analysis';
import { ChartCard } from '@/charts/ChartCard';
import { Legend } from '@/charts/Legend';
import type { Series } from '@/charts/plot';
import { TimeChart } from '@/charts/TimeChart';
import { useFormat } from '@/i18n/useFormat';
import { absolute } from '@/view/range';
import { callsSearch, useView } from '@/view/useView';

const DAY_MS = 86_400_000;

/** Where the month's cost will be at its end, day by day. */
export function ForecastPanel() {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const navigate = useNavigate();
  const [highlight, setHighlight] = useState<string | null>(null);
  const query = useQuery(forecastQuery(view.filters));
  const { data } = query;
  const days = data?.days ?? [];
  const buckets = { times: days.map(({ from }) => Date.parse(from)), intervalMs: DAY_MS, until: data === undefined ? 0 : Date.parse(data.to) };
  const series: Series[] = [
    { key: 'actual', name: t('cost.forecast.actual'), color: 'series-2', values: days.map(({ actual }) => actual) },
    { key: 'expected', name: t('cost.forecast.expected'), color: 'series-other', values: days.map(({ expected }) => expected) },
  ];
  const note =
    data === undefined
      ? ''
      : data.forecast === null
        ? t('cost.forecast.unknown', { value: format.usd(data.so_far) })
        : t('cost.forecast.note', {
            soFar: format.usd(data.so_far),
            forecast: format.usd(data.forecast),
            low: format.usd(data.low),
            high: format.usd(data.high),
            chance: format.percent(data.confidence),
            certainty: t(`cost.forecast.certainty.${data.certainty}`),
          });
  const toCalls = (from: number, to: number) => callsSearch(view, [], absolute(from, to));
  return (
    <ChartCard
      title={t('cost.forecast.title')}
      query={query}
      empty={days.length === 0}
      testid="forecast"
      legend={
        <>
          <p data-testid="forecast-note">{note}</p>
          <Legend onHighlight={setHighlight} items={series.map(({ key, name, color }) => ({ key, name, color }))} />
        </>
      }
      rows={() => ({
        head: [t('chart.time'), ...series.map(({ name }) => name)],
        rows: days.map(({ from, actual, expected }) => ({
          key: from,
          cells: [
            <Link key="day" to="/calls" search={toCalls(Date.parse(from), Date.parse(from) + DAY_MS)}>
              {format.day(Date.parse(from))}
            </Link>,
            format.usd(actual),
            format.usd(expected),
          ],
        })),
      })}
    >
      <TimeChart
        label={`${t('cost.forecast.title')}. ${note}`}
        totalName={t('chart.total')}
        buckets={buckets}
        series={series}
        kind="bars"
        write={format.usdCompact}
        leastStep={0}
        highlight={highlight}
        onPick={(from, to) => void navigate({ to: '/calls', search: toCalls(from, to) })}
        onZoom={(from, to) => void navigate({ to: '/calls', search: toCalls(from, to) })}
      />
    </ChartCard>
  );
}
