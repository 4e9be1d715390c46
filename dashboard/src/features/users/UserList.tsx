import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { segmentsQuery, usersQuery } from '@/api/users';
import type { UserSummary } from '@/api/types';
import { SortTable, type SortColumn } from '@/charts/SortTable';
import { Button } from '@/components/Button';
import { downloadCsv } from '@/components/csv';
import { CsvButton } from '@/components/CsvButton';
import form from '@/components/Form.module.css';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { EmptyState, Loaded } from '@/components/States';
import { FAILED } from '@/features/figures/figure';
import { useFormat } from '@/i18n/useFormat';
import { atLeast, is, known, type Filter } from '@/view/filters';
import { callsSearch, sharedSearch, useChangeView, useView } from '@/view/useView';

import { dayTime } from './days';
import { segmentName } from './userFigures';
import classes from './users.module.css';

const DEFAULT_ORDER = '-calls';
const SORTED = ['calls', 'cost_usd', 'error_rate', 'sessions', 'satisfaction_rate'] as const;

/** Each user with what they did in the range. */
export function UserList() {
  const { t } = useTranslation();
  const view = useView();
  const change = useChangeView();
  const [names, setNames] = useState(false);
  const order = SORTED.flatMap((metric) => [metric, `-${metric}`]).find((one) => one === view.orderBy) ?? DEFAULT_ORDER;
  const rules = useQuery(segmentsQuery);
  const segments = rules.data?.items.map(({ segment }) => segment) ?? [];
  const segment = segments.find((name) => name === view.q) ?? '';
  const query = useInfiniteQuery(usersQuery(view, segment, order, names));
  const users = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Panel
      title={t('users.list')}
      hint={t('users.listHint')}
      testid="user-list"
      aside={
        <div className={classes.choices}>
          <select
            className={form.field}
            aria-label={t('users.filterSegment')}
            value={segment}
            onChange={(event) => change({ q: event.target.value }, { replace: true })}
            data-testid="segment-choice"
          >
            <option value="">{t('users.anySegment')}</option>
            {segments.map((name) => (
              <option key={name} value={name}>
                {segmentName(t, name)}
              </option>
            ))}
          </select>
          <Button look="quiet" pressed={names} hint={t('users.namesHint')} onClick={() => setNames(!names)} data-testid="show-names">
            {t(names ? 'users.hideNames' : 'users.showNames')}
          </Button>
          <CsvButton onClick={() => downloadCsv('sightglass-users.csv', csvOf(users))} disabled={users.length === 0} testid="users-csv" />
        </div>
      }
    >
      <Loaded query={query} height={240}>
        {() =>
          users.length === 0 ? (
            <EmptyState compact title={t('state.noData')} />
          ) : (
            <UserTable users={users} order={order} />
          )
        }
      </Loaded>
      {query.hasNextPage && (
        <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()} data-testid="users-more">
          {t('users.more')}
        </Button>
      )}
    </Panel>
  );
}

function csvOf(users: readonly UserSummary[]) {
  const [first] = users;
  const names = (first === undefined ? [] : Object.keys(first)) as (keyof UserSummary)[];
  return [names, ...users.map((user) => names.map((name) => user[name]))];
}

function UserTable({ users, order }: { readonly users: readonly UserSummary[]; readonly order: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const change = useChangeView();
  const sortable = (id: (typeof SORTED)[number], name: string): SortColumn => ({ id, name, down: `-${id}`, up: id });
  const day = (text: string | null, otherwise: string) => (text === null ? otherwise : format.day(dayTime(text)));
  return (
    <div className={pageClasses.table}>
      <SortTable
        caption={t('users.list')}
        order={order}
        onOrder={(orderBy) => change({ orderBy }, { replace: true })}
        testid="users-table"
        rowTestid="user-row"
        columns={[
          { id: 'user', name: t('users.column.user'), text: true },
          { id: 'segment', name: t('users.column.segment'), text: true },
          sortable('calls', t('breakdown.requests')),
          sortable('cost_usd', t('breakdown.cost')),
          sortable('error_rate', t('breakdown.errorRate')),
          sortable('sessions', t('users.column.sessions')),
          sortable('satisfaction_rate', t('users.column.satisfaction')),
          { id: 'days', name: t('users.column.days') },
          { id: 'first', name: t('users.column.first') },
          { id: 'last', name: t('users.column.last') },
        ]}
        rows={users.map((user) => {
          const calls = (text: string, filters: readonly Filter[] = []) => (
            <Link to="/calls" search={callsSearch(view, [is('user', user.user), ...filters])} className={pageClasses.number}>
              {text}
            </Link>
          );
          return {
            key: user.user,
            cells: [
              <span key="user">
                <Link to="/users" search={{ ...sharedSearch(view), key: user.user }} className={classes.open} data-testid="open-user">
                  {user.user}
                </Link>
                {user.name !== null && <span className={classes.name}>{user.name}</span>}
              </span>,
              <span key="segment" className={classes.segment} data-segment={user.segment ?? undefined}>
                {segmentName(t, user.segment)}
              </span>,
              calls(format.integer(user.calls)),
              calls(format.usd(user.cost_usd), [atLeast('cost_nano_usd', 0)]),
              calls(format.percent(user.error_rate), FAILED),
              calls(format.integer(user.sessions), [known('session_id')]),
              format.percent(user.satisfaction_rate),
              format.integer(user.active_days),
              day(user.first_day, user.last_day === null ? '–' : t('users.column.before')),
              day(user.last_day, '–'),
            ],
          };
        })}
      />
    </div>
  );
}
