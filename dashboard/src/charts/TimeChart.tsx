import { useElementSize } from '@mantine/hooks';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '@/i18n/useFormat';

import { sum } from './buckets';
import { Canvas } from './Canvas';
import { cssColor, useColors } from './colors';
import classes from './TimeChart.module.css';
import { drawPlot } from './draw';
import { placeMarks, type Mark } from './marks';
import { PLOT, type TimePlot } from './plot';
import { usePlotPointer } from './usePlotPointer';

interface Props extends TimePlot {
  readonly label: string;
  readonly totalName: string | null;
  /** A click on a bucket, or a drag over several: their times. */
  readonly onPick: (from: number, to: number) => void;
  readonly onZoom: (from: number, to: number) => void;
  /** Moments that stand out, such as alerts that began. */
  readonly marks?: readonly Mark[];
}

const NO_MARKS: readonly Mark[] = [];

/** Bars or lines over time. The canvas is a picture with a name; ChartCard offers the same numbers as a table. */
export function TimeChart({
  label,
  totalName,
  onPick,
  onZoom,
  buckets,
  series,
  kind,
  write,
  leastStep,
  highlight,
  marks = NO_MARKS,
}: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const colors = useColors();
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const draw = useCallback(
    (pen: CanvasRenderingContext2D) =>
      drawPlot(pen, { buckets, series, kind, write, leastStep, highlight }, colors, format, width, height),
    [buckets, series, kind, write, leastStep, highlight, colors, format, width, height],
  );
  const at = (index: number): number => buckets.times[index] ?? 0;
  const { hover, drag, handlers } = usePlotPointer({
    count: buckets.times.length,
    box: PLOT,
    onPick: (index) => onPick(at(index), at(index) + buckets.intervalMs),
    onZoom: (first, last) => onZoom(at(first), at(last) + buckets.intervalMs),
  });
  const slot = (width - PLOT.left - PLOT.right) / Math.max(1, buckets.times.length);
  const alerts = useMemo(() => placeMarks(marks.filter(({ severity }) => severity !== 'note'), buckets), [marks, buckets]);
  const notes = useMemo(() => placeMarks(marks.filter(({ severity }) => severity === 'note'), buckets), [marks, buckets]);
  const marked = [...alerts, ...notes].filter(({ index }) => index === hover);
  const namesOf = (placed: typeof alerts) => [...new Set(placed.flatMap(({ names }) => names))].join(', ');
  const summary = [
    label,
    ...(alerts.length === 0 ? [] : [t('chart.alertsBegan', { names: namesOf(alerts) })]),
    ...(notes.length === 0 ? [] : [t('chart.changed', { names: namesOf(notes) })]),
  ].join('. ');
  const band = drag ?? (hover === null ? null : { from: hover, to: hover });

  return (
    <div ref={ref} className={classes.chart} role="img" aria-label={summary}>
      {width > 0 && <Canvas width={width} height={height} draw={draw} />}
      {[...alerts, ...notes].map(({ index, severity }) => (
        <span
          key={`${index} ${severity === 'note'}`}
          className={classes.mark}
          data-severity={severity}
          data-testid={severity === 'note' ? 'note-mark' : 'alert-mark'}
          style={{ left: PLOT.left + (index + 0.5) * slot, top: PLOT.top, bottom: PLOT.bottom }}
        />
      ))}
      <div className={classes.pointer} {...handlers}>
        {band !== null && (
          <div
            className={classes.band}
            data-drag={drag !== null || undefined}
            style={{
              left: PLOT.left + band.from * slot,
              width: (band.to - band.from + 1) * slot,
              top: PLOT.top,
              bottom: PLOT.bottom,
            }}
          />
        )}
        {hover !== null && drag === null && (
          <Tip
            x={PLOT.left + (hover + 0.5) * slot}
            width={width}
            title={format.span(at(hover), at(hover) + buckets.intervalMs)}
          >
            {series.toReversed().map((one) => {
              const value = one.values[hover] ?? null;
              return value === null || (kind === 'bars' && value === 0 && series.length > 3) ? null : (
                <Line key={one.key} color={cssColor(one.color)} name={one.name} value={write(value)} />
              );
            })}
            {totalName !== null && series.length > 1 && (
              <Line name={totalName} value={write(sum(series.map((one) => one.values[hover] ?? null)))} />
            )}
            {marked.flatMap(({ names, severity }) =>
              names.map((name) => (
                <Line key={`${severity} ${name}`} color={cssColor(severity === 'critical' ? 'bad' : 'brass')} name={t(severity === 'note' ? 'chart.change' : 'chart.alert')} value={name} />
              )),
            )}
          </Tip>
        )}
      </div>
    </div>
  );
}

interface TipProps {
  readonly x: number;
  readonly width: number;
  readonly title: string;
  readonly children: React.ReactNode;
}

export function Tip({ x, width, title, children }: TipProps) {
  const side = x < width / 2 ? { left: x + 14 } : { right: width - x + 14 };
  return (
    <div className={classes.tip} style={side}>
      <p className={classes.tipTitle}>{title}</p>
      {children}
    </div>
  );
}

export function Line({
  color,
  name,
  value,
}: {
  readonly color?: string;
  readonly name: string;
  readonly value: string;
}) {
  return (
    <p className={classes.tipLine}>
      <span className={classes.swatch} style={{ background: color ?? 'transparent' }} />
      <span className={classes.tipName}>{name}</span>
      <span className={classes.tipValue}>{value}</span>
    </p>
  );
}
