import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { fingerprintOf } from '@/api/keys';
import type { Key } from '@/api/types';
import { usageQuery } from '@/api/usage';
import { SortTable, type SortColumn } from '@/charts/SortTable';
import { downloadCsv } from '@/components/csv';
import { CsvButton } from '@/components/CsvButton';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { Loaded } from '@/components/States';
import { FAILED, ratio } from '@/features/figures/figure';
import { groupRows, rowKey } from '@/features/figures/groupRows';
import { useFormat } from '@/i18n/useFormat';
import { atLeast, groupFilter, known, type Filter } from '@/view/filters';
import { callsSearch, sharedSearch, useChangeView, useView } from '@/view/useView';

import { LIMITED, REFUSED } from './keyFigures';
import classes from './keys.module.css';
import { USE_METRICS, useRefused, useSeen } from './useKeyUse';

const DEFAULT_ORDER = '-cost_usd';
const SHOWN = 200;
const SORTED = ['calls', 'cost_usd', 'users', 'error_rate', 'rate_limited'] as const;

/** Every key that was seen in calls, providers' and ours: what it cost, who used it, what was refused, and since when. */
export function UsedKeys({ issued }: { readonly issued: readonly Key[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const change = useChangeView();
  const order = SORTED.flatMap((metric) => [metric, `-${metric}`]).find((one) => one === view.orderBy) ?? DEFAULT_ORDER;
  const query = useQuery({
    ...usageQuery('slow', {
      metrics: USE_METRICS,
      range: view.range,
      filters: view.filters,
      groupBy: ['api_key', 'api_key_label'],
      orderBy: order,
      limit: SHOWN,
    }),
    placeholderData: keepPreviousData,
  });
  const refused = useRefused();
  const seen = useSeen();
  const ours = new Map(issued.map((key) => [fingerprintOf(key), key]));
  const rows = query.data === undefined ? [] : groupRows(query.data, 2);
  const sortable = (id: (typeof SORTED)[number], name: string): SortColumn => ({ id, name, down: `-${id}`, up: id });
  const day = (at: number | undefined) => (at === undefined ? '–' : format.day(at));

  return (
    <Panel
      title={t('apiKeys.used')}
      hint={t('apiKeys.usedHint')}
      testid="used-keys"
      aside={
        <CsvButton
          disabled={query.data === undefined}
          onClick={() =>
            query.data !== undefined &&
            downloadCsv('sightglass-keys.csv', [query.data.columns.map(({ name }) => name), ...query.data.rows])
          }
          testid="keys-csv"
        />
      }
    >
      <Loaded query={query} height={240}>
        {() => (
          <div className={pageClasses.table}>
            <SortTable
              caption={t('apiKeys.used')}
              order={order}
              onOrder={(orderBy) => change({ orderBy }, { replace: true })}
              testid="keys-table"
              rowTestid="key-row"
              columns={[
                { id: 'key', name: t('dim.api_key'), text: true },
                { id: 'owner', name: t('apiKeys.column.owner'), text: true },
                sortable('calls', t('breakdown.requests')),
                sortable('cost_usd', t('breakdown.cost')),
                sortable('users', t('apiKeys.column.users')),
                sortable('error_rate', t('breakdown.errorRate')),
                { id: 'refused', name: t('apiKeys.column.refused'), hint: t('apiKeys.refusedHint') },
                sortable('rate_limited', t('apiKeys.column.limited')),
                { id: 'first', name: t('apiKeys.column.first') },
                { id: 'last', name: t('apiKeys.column.last') },
              ]}
              rows={rows.map((row) => {
                const own = groupFilter('api_key', row.value);
                const key = ours.get(row.value ?? '');
                const name = key?.name ?? row.label ?? row.value ?? t('apiKeys.without');
                const turnedAway = refused === null ? null : (refused.get(rowKey(row)) ?? 0);
                const calls = (text: string, filters: readonly Filter[] = []) => (
                  <Link to="/calls" search={callsSearch(view, [own, ...filters])} className={pageClasses.number}>
                    {text}
                  </Link>
                );
                return {
                  key: rowKey(row),
                  cells: [
                    row.value === null ? (
                      <span key="name" className={pageClasses.quiet}>
                        {name}
                      </span>
                    ) : (
                      <Link key="name" to="/keys" search={{ ...sharedSearch(view), key: row.value }} className={classes.open} data-testid="open-key">
                        {name}
                      </Link>
                    ),
                    [key?.owner, key?.team, key?.service].filter(Boolean).join(' · ') || (row.value === null ? '' : t(key === undefined ? 'apiKeys.provider' : 'apiKeys.ours')),
                    calls(format.integer(row.figures.calls)),
                    calls(format.usd(row.figures.cost_usd), [atLeast('cost_nano_usd', 0)]),
                    calls(format.integer(row.figures.users), [known('user')]),
                    calls(format.percent(row.figures.error_rate), FAILED),
                    turnedAway === null || turnedAway === 0
                      ? format.integer(turnedAway)
                      : calls(`${format.integer(turnedAway)} (${format.percent(ratio(turnedAway, row.figures.calls))})`, REFUSED),
                    calls(format.integer(row.figures.rate_limited), LIMITED),
                    day(seen?.get(row.value)?.first),
                    day(seen?.get(row.value)?.last),
                  ],
                };
              })}
            />
          </div>
        )}
      </Loaded>
    </Panel>
  );
}
