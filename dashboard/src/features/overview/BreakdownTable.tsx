import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { cssColor } from '@/charts/colors';
import { Icon } from '@/components/Icon';
import type { ColoredGroup } from '@/features/figures/questions';
import { dimensionName, valueName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';
import { addFilter, atLeast, groupFilter, is, type Filter } from '@/view/filters';
import { callsSearch, useChangeView, useView } from '@/view/useView';

import classes from './Breakdown.module.css';
import { DEFAULT_ORDER, type BreakdownMetric, type BreakdownRow } from './breakdownRows';

interface Props {
  readonly rows: readonly BreakdownRow[];
  readonly groups: readonly ColoredGroup[];
  readonly total: number | null;
}

const COLUMNS: readonly {
  readonly metric: BreakdownMetric;
  readonly name: 'requests' | 'tokens' | 'cost' | 'errorRate' | 'p50' | 'p95';
}[] = [
  { metric: 'calls', name: 'requests' },
  { metric: 'total_tokens', name: 'tokens' },
  { metric: 'cost_usd', name: 'cost' },
  { metric: 'error_rate', name: 'errorRate' },
  { metric: 'latency_p50_ms', name: 'p50' },
  { metric: 'latency_p95_ms', name: 'p95' },
];

export function BreakdownTable({ rows, groups, total }: Props) {
  const { t } = useTranslation();
  const view = useView();
  return (
    // Scrollable regions can be reached by keyboard.
    <div className={classes.scroll} tabIndex={0} role="group" aria-label={t('breakdown.heading')}>
      <table className={classes.table} data-testid="breakdown-table">
        <thead>
          <tr>
            <th scope="col">{dimensionName(t, view.groupBy)}</th>
            {COLUMNS.map((column) => (
              <SortHeader key={column.metric} {...column} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row
              key={String(row.value)}
              row={row}
              color={colorOf(groups, row.value)}
              share={total === null || total === 0 ? null : (row.figures.calls ?? 0) / total}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const colorOf = (groups: readonly ColoredGroup[], value: string | null): string =>
  cssColor(groups.find((group) => group.value === value)?.color ?? 'series-other');

function SortHeader({ metric, name }: (typeof COLUMNS)[number]) {
  const { t } = useTranslation();
  const orderBy = useView().orderBy ?? DEFAULT_ORDER;
  const change = useChangeView();
  const sorted = orderBy === `-${metric}` ? 'descending' : orderBy === metric ? 'ascending' : undefined;
  const title = name === 'p50' ? t('breakdown.p50Label') : name === 'p95' ? t('breakdown.p95Label') : undefined;
  return (
    <th scope="col" aria-sort={sorted}>
      <button
        type="button"
        className={classes.sort}
        title={title}
        onClick={() => change({ orderBy: sorted === 'descending' ? metric : `-${metric}` }, { replace: true })}
        data-testid={`sort-${metric}`}
      >
        {t(`breakdown.${name}`)}
        {sorted !== undefined && <Icon name={sorted === 'descending' ? 'arrowDown' : 'arrowUp'} size={13} />}
      </button>
    </th>
  );
}

function Row({
  row,
  color,
  share,
}: {
  readonly row: BreakdownRow;
  readonly color: string;
  readonly share: number | null;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const change = useChangeView();
  const { figures } = row;
  const own = groupFilter(view.groupBy, row.value);
  const name = row.label ?? valueName(t, view.groupBy, row.value);
  const cell = (text: string, filters: readonly Filter[] = []) => (
    <td>
      <Link to="/calls" search={callsSearch(view, [own, ...filters])} className={classes.figure}>
        {text}
      </Link>
    </td>
  );
  return (
    <tr data-testid="breakdown-row">
      <th scope="row">
        <button
          type="button"
          className={classes.group}
          title={row.value ?? name}
          aria-label={t('breakdown.filterBy', { value: name })}
          onClick={() => change({ filters: addFilter(view.filters, own) })}
        >
          <span className={classes.swatch} style={{ background: color }} />
          <span className={row.value === null ? classes.unknown : classes.groupName}>{name}</span>
        </button>
      </th>
      <td>
        <Link
          to="/calls"
          search={callsSearch(view, [own])}
          className={classes.figure}
          aria-label={`${t('breakdown.calls', { value: name })}: ${format.integer(figures.calls)}`}
        >
          {format.integer(figures.calls)}
        </Link>
        <span className={classes.share} title={`${t('breakdown.share')}: ${format.percent(share)}`}>
          <span style={{ width: `${Math.min(1, share ?? 0) * 100}%`, background: color }} />
        </span>
      </td>
      {cell(format.compact(figures.total_tokens))}
      {cell(format.usd(figures.cost_usd))}
      {cell(format.percent(figures.error_rate), [is('status', 'error'), is('status', 'interrupted')])}
      {cell(format.duration(figures.latency_p50_ms))}
      {cell(
        format.duration(figures.latency_p95_ms),
        figures.latency_p95_ms === null ? [] : [atLeast('latency_us', figures.latency_p95_ms * 1_000)],
      )}
    </tr>
  );
}
