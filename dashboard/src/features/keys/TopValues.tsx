import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { usageQuery } from '@/api/usage';
import { DataTable } from '@/charts/DataTable';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { EmptyState, Loaded } from '@/components/States';
import { FAILED } from '@/features/figures/figure';
import { groupRows } from '@/features/figures/groupRows';
import { narrowed } from '@/features/figures/questions';
import { dimensionName, valueName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';
import { atLeast, groupFilter, type Filter } from '@/view/filters';
import { callsSearch, useView } from '@/view/useView';

const SHOWN = 8;

/** The values of one dimension that the calls of a key have most. */
export function TopValues({ dimension, about }: { readonly dimension: string; readonly about: readonly Filter[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const query = useQuery(
    usageQuery('slow', {
      metrics: ['calls', 'cost_usd', 'error_rate'],
      range: view.range,
      filters: narrowed(view.filters, about),
      groupBy: [dimension],
      orderBy: '-calls',
      limit: SHOWN + 1,
    }),
  );
  const title = dimensionName(t, dimension);
  const rows = query.data === undefined ? [] : groupRows(query.data, 1);
  const isAllUnknown = rows.every(({ value }) => value === null);
  return (
    <Panel title={title} hint={rows.length > SHOWN ? t('apiKeys.most', { value: format.integer(SHOWN) }) : undefined} testid={`key-by-${dimension}`}>
      <Loaded query={query} height={120}>
        {() =>
          isAllUnknown ? (
            <EmptyState compact title={t(dimension === 'error_type' ? 'chart.noErrors' : 'apiKeys.notSaid')} />
          ) : (
            <div className={pageClasses.table}>
              <DataTable
                caption={title}
                head={[title, t('breakdown.requests'), t('breakdown.cost'), t('breakdown.errorRate')]}
                rows={rows.slice(0, SHOWN).map(({ value, figures }) => {
                  const calls = (text: string, more: readonly Filter[] = []) => (
                    <Link to="/calls" search={callsSearch(view, [...about, groupFilter(dimension, value), ...more])} className={pageClasses.number}>
                      {text}
                    </Link>
                  );
                  return {
                    key: String(value),
                    cells: [
                      valueName(t, dimension, value),
                      calls(format.integer(figures.calls)),
                      calls(format.usd(figures.cost_usd), [atLeast('cost_nano_usd', 0)]),
                      calls(format.percent(figures.error_rate), FAILED),
                    ],
                  };
                })}
              />
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
}
