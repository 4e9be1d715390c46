import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { asNumber, asText, usageQuery } from '@/api/usage';
import { ChartCard } from '@/charts/ChartCard';
import { EmptyState } from '@/components/States';
import { FAILED } from '@/features/figures/figure';
import { valueName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';
import { groupFilter, type Filter } from '@/view/filters';
import { callsSearch, useView } from '@/view/useView';

import classes from './ErrorsCard.module.css';

/** Where a user asks for other states than failures, those are what the page is about. */
const failedFilters = (filters: readonly Filter[]): readonly Filter[] =>
  filters.some((filter) => filter.name === 'status') ? filters : [...filters, ...FAILED];

/** What went wrong, by who caused it and how. */
export function ErrorsCard() {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const query = useQuery(
    usageQuery('slow', {
      metrics: ['errors'],
      range: view.range,
      filters: failedFilters(view.filters),
      groupBy: ['error_type'],
      orderBy: '-errors',
    }),
  );
  const types = (query.data?.rows ?? [])
    .map((row) => ({ type: asText(row[0]), errors: asNumber(row[1]) ?? 0 }))
    .filter(({ errors }) => errors > 0);
  const total = types.reduce((sum, { errors }) => sum + errors, 0);
  const most = Math.max(1, ...types.map(({ errors }) => errors));
  const link = (type: string | null) => callsSearch(view, [...FAILED, groupFilter('error_type', type)]);
  const name = (type: string | null): string =>
    type === null ? t('status.interrupted') : valueName(t, 'error_type', type);

  return (
    <ChartCard
      title={t('chart.errors')}
      note={total > 0 ? t('kpi.errors', { count: total, value: format.integer(total) }) : ''}
      query={query}
      empty={false}
      testid="chart-errors"
      rows={() => ({
        head: [t('dim.error_type'), t('kpi.requests'), t('breakdown.share')],
        rows: types.map(({ type, errors }) => ({
          key: String(type),
          cells: [
            name(type),
            <Link key="calls" to="/calls" search={link(type)}>
              {format.integer(errors)}
            </Link>,
            format.percent(errors / total),
          ],
        })),
      })}
    >
      {types.length === 0 ? (
        <EmptyState compact title={t('chart.noErrors')} />
      ) : (
        <ol className={classes.list}>
          {types.map(({ type, errors }) => (
            <li key={String(type)}>
              <Link
                to="/calls"
                search={link(type)}
                className={classes.row}
                title={t('chart.showCalls', { what: name(type) })}
              >
                <span className={classes.name}>{name(type)}</span>
                <span className={classes.count}>{format.integer(errors)}</span>
                <span className={classes.share}>{format.percent(errors / total)}</span>
                <span
                  className={classes.bar}
                  style={{ width: `${(errors / most) * 100}%` }}
                  data-cause={type?.split('_')[0]}
                />
              </Link>
            </li>
          ))}
        </ol>
      )}
    </ChartCard>
  );
}
