import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '@/api/client';
import type { Table } from '@/api/types';
import { usageQuery } from '@/api/usage';
import { cssColor } from '@/charts/colors';
import { SortTable } from '@/charts/SortTable';
import { Button } from '@/components/Button';
import { downloadCsv } from '@/components/csv';
import { CsvButton } from '@/components/CsvButton';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { EmptyState, ErrorState, Loading, Skeleton } from '@/components/States';
import { dimensionName, valueName } from '@/i18n/names';
import { addFilter, formatFilter, groupFilter, type Filter } from '@/view/filters';
import { callsSearch, useChangeView, useView } from '@/view/useView';

import type { Figures } from './figure';
import classes from './GroupTable.module.css';
import { groupRows, rowKey, type GroupRow } from './groupRows';
import { GroupTabs } from './GroupTabs';
import { groupColumns, type ColoredGroup } from './questions';

export interface GroupColumn {
  /** The metric that is shown and sorted by. */
  readonly metric: string;
  readonly name: string;
  readonly hint?: string;
  readonly write: (value: number | null, figures: Figures) => ReactNode;
  /** Of the calls behind a cell, besides those of its group. */
  readonly filters?: (figures: Figures) => readonly Filter[];
  /** A number of its own beside the metric, as the change against the time before: no link of its own. */
  readonly extra?: (row: GroupRow) => ReactNode;
}

interface Props {
  readonly title: string;
  readonly hint?: string;
  readonly columns: readonly GroupColumn[];
  /** Asked for beside the columns: for their details, and for the file. */
  readonly also?: readonly string[];
  readonly defaultOrder: string;
  /** The groups that charts show, by whose colours they are known here. */
  readonly groups: readonly ColoredGroup[];
  readonly fileName: string;
  readonly testid: string;
}

const SHOWN = 15;
const SHOWN_MORE = 500;
const ALL = 10_000;

const NONE: readonly string[] = [];

/** A row a group of the chosen dimension, sorted by the server; every number leads to its calls. */
export function GroupTable({ title, hint, columns, also = NONE, defaultOrder, groups, fileName, testid }: Props) {
  const { t } = useTranslation();
  const view = useView();
  const change = useChangeView();
  const [all, setAll] = useState(false);
  const metrics = [...new Set([...columns.map(({ metric }) => metric), ...also])];
  const order = columns.flatMap(({ metric }) => [metric, `-${metric}`]).find((one) => one === view.orderBy) ?? defaultOrder;
  const shown = all ? SHOWN_MORE : SHOWN;
  const groupBy = groupColumns(view.groupBy);
  const query = useQuery({
    ...usageQuery('slow', { metrics, range: view.range, filters: view.filters, groupBy, orderBy: order, limit: shown + 1 }),
    placeholderData: keepPreviousData,
  });
  const rows = query.data === undefined ? [] : groupRows(query.data, groupBy.length);

  const download = async () => {
    const table = await api.query({
      metrics: metrics.join(','),
      group_by: groupBy.join(','),
      from: view.range.from,
      to: view.range.to,
      filter: view.filters.map(formatFilter),
      order_by: order,
      limit: ALL,
    });
    downloadCsv(`${fileName}-${view.groupBy.replace(/[^a-z0-9]+/gi, '-')}.csv`, withTimes(table));
  };

  return (
    <Panel
      title={title}
      hint={hint}
      testid={testid}
      aside={
        <CsvButton onClick={() => void download()} testid={`${testid}-csv`} />
      }
    >
      <GroupTabs />
      {query.data === undefined && query.error !== null ? (
        <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <Loading>
          <Skeleton height={240} />
        </Loading>
      ) : rows.length === 0 ? (
        <EmptyState compact title={t('state.noData')} />
      ) : (
        <div className={pageClasses.table} data-stale={query.isPlaceholderData || undefined}>
          <SortTable
            caption={title}
            order={order}
            onOrder={(orderBy) => change({ orderBy }, { replace: true })}
            testid={`${testid}-table`}
            rowTestid={`${testid}-row`}
            columns={[
              { id: 'group', name: dimensionName(t, view.groupBy), text: true },
              ...columns.map(({ metric, name, hint: meaning }) => ({
                id: metric,
                name,
                down: `-${metric}`,
                up: metric,
                ...(meaning === undefined ? {} : { hint: meaning }),
              })),
            ]}
            rows={rows.slice(0, shown).map((row) => ({
              key: rowKey(row),
              cells: [<Name key="name" row={row} groups={groups} />, ...columns.map((column) => <Cell key={column.metric} row={row} column={column} />)],
            }))}
          />
        </div>
      )}
      {rows.length > shown && !all && (
        <div className={pageClasses.actions}>
          <Button look="quiet" iconRight="chevronDown" onClick={() => setAll(true)}>
            {t('breakdown.all')}
          </Button>
        </div>
      )}
    </Panel>
  );
}

/** The table with the time that it is of in each line: what is copied out of it still says so. */
const withTimes = (table: Table) => [
  ['from', 'to', ...table.columns.map((column) => column.name)],
  ...table.rows.map((row) => [table.from, table.to, ...row]),
];

function Name({ row, groups }: { readonly row: GroupRow; readonly groups: readonly ColoredGroup[] }) {
  const { t } = useTranslation();
  const view = useView();
  const change = useChangeView();
  const name = row.label ?? valueName(t, view.groupBy, row.value);
  const color = groups.find((group) => group.value === row.value)?.color ?? 'series-other';
  return (
    <button
      type="button"
      className={classes.group}
      title={row.value ?? name}
      aria-label={t('breakdown.filterBy', { value: name })}
      onClick={() => change({ filters: addFilter(view.filters, groupFilter(view.groupBy, row.value)) })}
    >
      <span className={classes.swatch} style={{ background: cssColor(color) }} />
      <span className={row.value === null ? classes.unknown : classes.name}>{name}</span>
    </button>
  );
}

function Cell({ row, column }: { readonly row: GroupRow; readonly column: GroupColumn }) {
  const view = useView();
  const filters = column.filters?.(row.figures) ?? [];
  return (
    <>
      <Link to="/calls" search={callsSearch(view, [groupFilter(view.groupBy, row.value), ...filters])} className={pageClasses.number}>
        {column.write(row.figures[column.metric] ?? null, row.figures)}
      </Link>
      {column.extra?.(row)}
    </>
  );
}
