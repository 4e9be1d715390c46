import type { UseQueryResult } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { Case } from '@/api/cases';
import { ChartCard } from '@/charts/ChartCard';
import type { Series } from '@/charts/plot';
import { TimeChart } from '@/charts/TimeChart';
import { useFormat } from '@/i18n/useFormat';
import { parseFilter } from '@/view/filters';
import { absolute } from '@/view/range';
import { onlyCallsSearch } from '@/view/useView';

import type { Measured } from './CaseView';
import { writeFigure } from './findingText';

const DAY_MS = 86_400_000;

/** A figure over the days before and after, with a mark where it changed. */
export function CaseChart({ metric, query }: { readonly metric: Measured; readonly query: UseQueryResult<Case> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const days = query.data?.days ?? [];
  const finding = query.data?.findings.find((one) => one.metric === metric);
  const name = t(`cases.metric.${metric}`);
  const values = days.map((day) => day.values[metric] ?? null);
  const write = (value: number) => writeFigure(format, finding?.unit ?? '', value);
  const series: readonly Series[] = [{ key: metric, name, color: 'series-1', values }];
  const times = days.map(({ from }) => Date.parse(from));
  const change = query.data?.annotation;
  const own = (query.data?.filters ?? []).map(parseFilter).filter((filter) => filter !== null);
  const toCalls = (from: number, to: number) => void navigate({ to: '/calls', search: onlyCallsSearch(absolute(from, to), own) });
  return (
    <ChartCard
      title={name}
      note={t('cases.perDay')}
      query={query}
      empty={values.every((value) => value === null)}
      testid={`case-chart-${metric}`}
      rows={() => ({
        head: [t('chart.time'), name],
        rows: days.map((day, i) => ({ key: day.from, cells: [format.dateTime(Date.parse(day.from)), writeFigure(format, finding?.unit ?? '', values[i] ?? null)] })),
      })}
    >
      <TimeChart
        label={t('cases.chartLabel', { name, before: writeFigure(format, finding?.unit ?? '', finding?.before ?? null), after: writeFigure(format, finding?.unit ?? '', finding?.after ?? null) })}
        totalName={null}
        buckets={{ times, intervalMs: DAY_MS, until: (times.at(-1) ?? 0) + DAY_MS }}
        series={series}
        kind="lines"
        write={write}
        leastStep={0}
        highlight={null}
        marks={change === undefined ? [] : [{ at: Date.parse(change.at), name: change.name, severity: 'note' }]}
        onPick={toCalls}
        onZoom={toCalls}
      />
    </ChartCard>
  );
}
