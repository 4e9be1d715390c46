import { useElementSize, useMediaQuery, useMergedRef } from '@mantine/hooks';
import { useTable, type Column } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import type { CallSummary } from '@/api/types';
import { useFormat } from '@/i18n/useFormat';

import { CallCard } from './CallCard';
import { CallRow } from './CallRow';
import classes from './CallsTable.module.css';
import { COLUMN_IDS, fitColumns, layoutOf, type ColumnId } from './columnLayout';
import { features, makeColumns } from './columns';

const ROW_HEIGHT = 38;
const CARD_HEIGHT = 74;
/** Rows drawn beyond what is seen, and rows from the end at which the next page is asked for. */
const OVERSCAN = 12;
const AHEAD = 60;

export interface CallsTableProps {
  readonly rows: readonly CallSummary[];
  /** Null: as many of the usual ones as fit. */
  readonly columns: readonly ColumnId[] | null;
  readonly total: number | null;
  readonly selected: string | null;
  readonly onOpen: (id: string) => void;
  readonly onEnd: () => void;
  /** Whether the reader is busy with the list: away from its top, or over it with the pointer. */
  readonly onBusy: (busy: { scrolled?: boolean; hovered?: boolean }) => void;
  /** Below the last row. */
  readonly foot: ReactNode;
}

/** The part of the list that is in sight; a call that is chosen is brought into it. */
function useWindow(
  rows: readonly CallSummary[],
  scroller: RefObject<HTMLDivElement | null>,
  narrow: boolean,
  selected: string | null,
) {
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? CARD_HEIGHT : ROW_HEIGHT),
    getItemKey: (index) => rows[index]?.call_id ?? index,
    overscan: OVERSCAN,
  });
  useEffect(() => virtual.measure(), [virtual, narrow]);

  const place = selected === null ? -1 : rows.findIndex((call) => call.call_id === selected);
  useEffect(() => {
    if (place >= 0) {
      virtual.scrollToIndex(place, { align: 'auto' });
    }
    // Only a new choice scrolls, not a list that grows above it.
  }, [selected]);
  return virtual;
}

/** The request log: as many rows as there are, of which only those in sight are drawn. */
export function CallsTable({ rows, columns, total, selected, onOpen, onEnd, onBusy, foot }: CallsTableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const narrow = useMediaQuery('(max-width: 699px)');
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: sized, width: room } = useElementSize<HTMLDivElement>();
  const holder = useMergedRef(scroller, sized);
  const virtual = useWindow(rows, scroller, narrow, selected);
  const items = virtual.getVirtualItems();
  const seen = useMemo(() => items.flatMap(({ index }) => rows[index] ?? []), [items, rows]);
  const defs = useMemo(() => makeColumns(t, format), [t, format]);
  const wanted = useMemo(() => columns ?? fitColumns(room), [columns, room]);
  const columnVisibility = useMemo(
    () => Object.fromEntries(COLUMN_IDS.map((id) => [id, wanted.includes(id)])),
    [wanted],
  );
  const table = useTable({
    features,
    columns: defs,
    data: seen,
    getRowId: (call) => call.call_id,
    state: { columnVisibility },
  });
  const shown = table.getVisibleLeafColumns();
  const { template, width } = layoutOf(shown.map((column) => column.columnDef.meta));
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - AHEAD) {
      onEnd();
    }
  }, [last, rows.length, onEnd]);

  const drawn = table.getRowModel().rows;
  return (
    <div
      ref={holder}
      className={classes.scroller}
      // Scrollable regions can be reached by keyboard.
      tabIndex={0}
      role="region"
      aria-label={t('calls.heading')}
      onScroll={(event) => onBusy({ scrolled: event.currentTarget.scrollTop > 4 })}
      data-testid="calls-scroller"
    >
      <div
        role="table"
        aria-label={t('calls.heading')}
        aria-rowcount={total ?? -1}
        aria-colcount={shown.length}
        style={narrow ? undefined : { minWidth: width }}
        data-testid="calls-table"
      >
        <Head columns={shown} template={template} hidden={narrow} />
        <div
          role="rowgroup"
          className={classes.body}
          style={{ height: virtual.getTotalSize() }}
          onPointerEnter={(event) => event.pointerType === 'mouse' && onBusy({ hovered: true })}
          onPointerLeave={() => onBusy({ hovered: false })}
        >
          {items.map((item, i) => {
            const row = drawn[i];
            if (row === undefined) {
              return null;
            }
            const common = { index: item.index, top: item.start, selected: row.id === selected, onOpen };
            return narrow ? (
              <CallCard {...common} key={item.key} call={row.original} />
            ) : (
              <CallRow {...common} key={item.key} row={row} template={template} look={defs} />
            );
          })}
        </div>
      </div>
      {foot}
    </div>
  );
}

interface HeadProps {
  readonly columns: readonly Column<typeof features, CallSummary>[];
  readonly template: string;
  readonly hidden: boolean;
}

function Head({ columns, template, hidden }: HeadProps) {
  return (
    <div role="rowgroup" className={hidden ? 'sr-only' : classes.head}>
      <div role="row" className={classes.headRow} style={{ gridTemplateColumns: template }}>
        {columns.map(({ id, columnDef }) => (
          <div key={id} role="columnheader" className={columnDef.meta?.numeric === true ? classes.numeric : undefined}>
            {String(columnDef.header)}
          </div>
        ))}
      </div>
    </div>
  );
}
