import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';

import type { TraceDetail, TraceNode } from '@/api/types';
import { useFormat } from '@/i18n/useFormat';

import { WaterfallLine } from './WaterfallLine';
import classes from './waterfall.module.css';
import { extentOf, type WaterfallRow } from './waterfall';

const ROW_HEIGHT = 34;
const CARD_HEIGHT = 58;
const OVERSCAN = 16;
const TICKS = [0, 0.25, 0.5, 0.75, 1] as const;

interface Props {
  readonly trace: TraceDetail;
  readonly rows: readonly WaterfallRow[];
  readonly selected: string | null;
  readonly onOpen: (node: TraceNode) => void;
}

/** When each part of a run was at work, as many rows as there are, of which only those in sight are drawn. */
export function Waterfall({ trace, rows, selected, onOpen }: Props) {
  const { t } = useTranslation();
  const narrow = useMediaQuery('(max-width: 899px)');
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? CARD_HEIGHT : ROW_HEIGHT),
    getItemKey: (index) => rows[index]?.node.id ?? index,
    overscan: OVERSCAN,
  });
  useEffect(() => virtual.measure(), [virtual, narrow]);
  const place = selected === null ? -1 : rows.findIndex((row) => row.node.id === selected);
  useEffect(() => {
    if (place >= 0) {
      virtual.scrollToIndex(place, { align: 'auto' });
    }
    // Only a new choice scrolls.
  }, [selected]);

  const [current, setCurrent] = useState(Math.max(0, place));
  const moveTo = useCallback(
    (index: number) => {
      const next = Math.min(Math.max(0, index), rows.length - 1);
      setCurrent(next);
      virtual.scrollToIndex(next, { align: 'auto' });
      requestAnimationFrame(() =>
        scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus({ preventScroll: true }),
      );
    },
    [rows.length, virtual],
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const to: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      Home: 0,
      End: rows.length - 1,
    };
    const index = to[event.key];
    if (index !== undefined) {
      event.preventDefault();
      moveTo(index);
    }
  };
  return (
    <div ref={scroller} className={classes.scroller} data-testid="waterfall">
      <div role="treegrid" aria-label={t('traces.waterfall')} aria-rowcount={rows.length + 1} onKeyDown={onKeyDown}>
        <Head trace={trace} narrow={narrow} />
        <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return row === undefined ? null : (
              <WaterfallLine
                key={item.key}
                row={row}
                index={item.index}
                top={item.start}
                reachable={item.index === Math.min(current, rows.length - 1)}
                selected={row.node.id === selected}
                onOpen={onOpen}
                onFocus={setCurrent}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Head({ trace, narrow }: { readonly trace: TraceDetail; readonly narrow: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { length } = extentOf(trace.nodes);
  return (
    <div role="rowgroup" className={narrow ? 'sr-only' : classes.head}>
      <div role="row" aria-rowindex={1} className={classes.line}>
        <div role="columnheader">{t('traces.step')}</div>
        <div role="columnheader" className={classes.scale} aria-label={t('traces.time')}>
          {TICKS.map((tick) => (
            <span key={tick} className={classes.tick} style={{ left: `${tick * 100}%` }} data-last={tick === 1 || undefined}>
              {format.micros(tick * length)}
            </span>
          ))}
        </div>
        <div role="columnheader" className={classes.numeric}>
          {t('traces.column.duration')}
        </div>
        <div role="columnheader" className={classes.numeric}>
          {t('traces.column.tokens')}
        </div>
        <div role="columnheader" className={classes.numeric}>
          {t('traces.column.cost')}
        </div>
      </div>
    </div>
  );
}
