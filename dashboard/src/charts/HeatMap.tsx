import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef, useState, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '@/i18n/useFormat';

import type { Buckets } from './buckets';
import { HEAT_TOKENS, useColors } from './colors';
import { colorAt, isDecade, strength, type HeatGrid } from './heat';
import classes from './HeatMap.module.css';
import { tickIndexes, tickLabel } from './ticks';
import { Line, Tip } from './TimeChart';

const PLOT = { left: 52, right: 10, top: 4, bottom: 26 } as const;
const PIXELS_PER_TICK = 84;

interface Props {
  readonly label: string;
  readonly grid: HeatGrid;
  readonly buckets: Buckets;
  readonly onPick: (time: number, row: number) => void;
}

interface Cell {
  readonly time: number;
  readonly row: number;
}

/** Time to the right, response time upwards, calls as colour. Drawn on a canvas: there are thousands of cells. */
export function HeatMap({ label, grid, buckets, onPick }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const [hover, setHover] = useState<Cell | null>(null);
  const plotWidth = width - PLOT.left - PLOT.right;
  const plotHeight = height - PLOT.top - PLOT.bottom;
  const slot = plotWidth / Math.max(1, buckets.times.length);
  const line = plotHeight / Math.max(1, grid.rows.length);

  const cellAt = (event: MouseEvent<HTMLElement>): Cell | null => {
    const box = event.currentTarget.getBoundingClientRect();
    const time = Math.floor((event.clientX - box.left - PLOT.left) / slot);
    const row = grid.rows.length - 1 - Math.floor((event.clientY - box.top - PLOT.top) / line);
    return (grid.counts[row]?.[time] ?? 0) > 0 ? { time, row } : null;
  };
  const hovered = hover === null ? undefined : grid.rows[hover.row];

  return (
    <div ref={ref} className={classes.map} role="img" aria-label={label}>
      {plotWidth > 0 && plotHeight > 0 && <Cells grid={grid} width={plotWidth} height={plotHeight} />}
      {grid.rows.map((row, i) =>
        isDecade(row) ? (
          <span
            key={row.low}
            className={classes.yLabel}
            style={{ width: PLOT.left - 8, top: PLOT.top + plotHeight - i * line }}
          >
            {format.duration(row.low)}
          </span>
        ) : null,
      )}
      {tickIndexes(buckets.times, Math.max(2, Math.floor(plotWidth / PIXELS_PER_TICK))).map((i) => (
        <span key={i} className={classes.xLabel} style={{ left: PLOT.left + (i + 0.5) * slot }}>
          {tickLabel(format, buckets.times[i] ?? 0, buckets.intervalMs)}
        </span>
      ))}
      {/* The table view offers the same by keyboard. */}
      <div
        className={classes.pointer}
        data-hit={hover !== null || undefined}
        onMouseMove={(event) => setHover(cellAt(event))}
        onMouseLeave={() => setHover(null)}
        onClick={(event) => {
          const cell = cellAt(event);
          if (cell !== null) {
            onPick(cell.time, cell.row);
          }
        }}
      >
        {hover !== null && hovered !== undefined && (
          <>
            <div
              className={classes.frame}
              style={{
                left: PLOT.left + hover.time * slot,
                top: PLOT.top + plotHeight - (hover.row + 1) * line,
                width: slot,
                height: line,
              }}
            />
            <Tip
              x={PLOT.left + (hover.time + 0.5) * slot}
              width={width}
              title={format.span(buckets.times[hover.time] ?? 0, (buckets.times[hover.time] ?? 0) + buckets.intervalMs)}
            >
              <Line
                name={t('chart.between', { low: format.duration(hovered.low), high: format.duration(hovered.high) })}
                value={t('chart.callsCount', {
                  count: grid.counts[hover.row]?.[hover.time] ?? 0,
                  value: format.integer(grid.counts[hover.row]?.[hover.time] ?? 0),
                })}
              />
            </Tip>
          </>
        )}
      </div>
    </div>
  );
}

function Cells({ grid, width, height }: { readonly grid: HeatGrid; readonly width: number; readonly height: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colors = useColors();

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) {
      return;
    }
    const ratio = window.devicePixelRatio;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    context.scale(ratio, ratio);
    const scale = HEAT_TOKENS.map((token) => colors[token]);
    const rows = grid.counts.length;
    const columns = grid.counts[0]?.length ?? 1;
    const slot = width / columns;
    const line = height / Math.max(1, rows);
    const gap = slot > 5 ? 1 : 0;
    grid.counts.forEach((counts, row) =>
      counts.forEach((calls, column) => {
        context.fillStyle = colorAt(scale, strength(calls, grid.most));
        context.fillRect(column * slot, height - (row + 1) * line, slot - gap, line - (line > 4 ? 1 : 0));
      }),
    );
  }, [grid, width, height, colors]);

  return <canvas ref={canvas} className={classes.cells} style={{ left: PLOT.left, top: PLOT.top, width, height }} />;
}
