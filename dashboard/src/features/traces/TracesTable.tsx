import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import type { TraceSummary } from '@/api/types';
import { Button } from '@/components/Button';
import { useFormat } from '@/i18n/useFormat';

import { TraceRow } from './TraceRow';
import classes from './traces.module.css';

const ROW_HEIGHT = 46;
const CARD_HEIGHT = 92;
const OVERSCAN = 12;
/** Rows from the end at which the next page is asked for. */
const AHEAD = 40;

const COLUMNS = ['start', 'name', 'services', 'duration', 'steps', 'calls', 'tokens', 'cost'] as const;
const NUMERIC = new Set<string>(['duration', 'steps', 'calls', 'tokens', 'cost']);

interface Props {
  readonly rows: readonly TraceSummary[];
  readonly query: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly isFetchNextPageError: boolean;
    readonly fetchNextPage: () => unknown;
  };
}

export function TracesTable({ rows, query }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const narrow = useMediaQuery('(max-width: 899px)');
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? CARD_HEIGHT : ROW_HEIGHT),
    getItemKey: (index) => rows[index]?.trace_id ?? index,
    overscan: OVERSCAN,
  });
  useEffect(() => virtual.measure(), [virtual, narrow]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) {
      void fetchNextPage();
    }
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  useEffect(() => {
    if (last >= rows.length - AHEAD) {
      more();
    }
  }, [last, rows.length, more]);
  const longest = rows.reduce((most, row) => Math.max(most, row.duration_us ?? 0), 1);
  return (
    <>
      <p className={classes.count} role="status" data-testid="traces-count">
        {t(hasNextPage ? 'traces.loaded' : 'traces.count', { count: rows.length, value: format.integer(rows.length) })}
      </p>
      {/* Scrollable regions can be reached by keyboard. */}
      <div ref={scroller} className={classes.scroller} tabIndex={0} role="region" aria-label={t('traces.heading')}>
        <div role="table" aria-label={t('traces.heading')} aria-rowcount={-1} data-testid="traces-table">
          <div role="rowgroup" className={narrow ? 'sr-only' : classes.head}>
            <div role="row" className={classes.headRow}>
              {COLUMNS.map((column) => (
                <div key={column} role="columnheader" className={NUMERIC.has(column) ? classes.numeric : undefined}>
                  {t(`traces.column.${column}`)}
                </div>
              ))}
            </div>
          </div>
          <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const trace = rows[item.index];
              return trace === undefined ? null : (
                <TraceRow
                  key={item.key}
                  trace={trace}
                  index={item.index}
                  top={item.start}
                  share={(trace.duration_us ?? 0) / longest}
                />
              );
            })}
          </div>
        </div>
        <p className={classes.foot} role="status">
          {isFetchNextPageError ? (
            <>
              {t('traces.moreFailed')} <Button onClick={() => void fetchNextPage()}>{t('state.retry')}</Button>
            </>
          ) : isFetchingNextPage ? (
            t('traces.loadingMore')
          ) : hasNextPage ? (
            ''
          ) : (
            t('traces.end')
          )}
        </p>
      </div>
    </>
  );
}
