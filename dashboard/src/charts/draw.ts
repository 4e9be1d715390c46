// Draws a chart over time on a canvas: bars that stand on each other, or lines.
import type { Format } from '@/i18n/format';

import type { Colors } from './colors';
import { frameOf, PLOT, runsOf, slopes, type Frame, type Point, type TimePlot } from './plot';
import { tickIndexes, tickLabel } from './ticks';

const FAINT = 0.18;
const INCOMPLETE = 0.5;
const PIXELS_PER_TICK = 84;
const LABEL_GAP = 8;
const FONT = "11.5px 'Instrument Sans Variable', 'PingFang SC', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif";

type Pen = CanvasRenderingContext2D;

export function drawPlot(pen: Pen, chart: TimePlot, colors: Colors, format: Format, width: number, height: number): void {
  pen.clearRect(0, 0, width, height);
  pen.font = FONT;
  const frame = frameOf(chart, width, height);
  drawScale(pen, chart, colors, frame, width);
  drawTimes(pen, chart, colors, format, frame, width);
  if (chart.kind === 'bars') {
    drawBars(pen, chart, colors, frame);
  } else {
    drawLines(pen, chart, colors, frame);
  }
  pen.globalAlpha = 1;
}

function drawScale(pen: Pen, { write }: TimePlot, colors: Colors, frame: Frame, width: number): void {
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  pen.lineWidth = 1;
  for (let tick = 0; tick <= Math.round(frame.max / frame.step); tick += 1) {
    const value = tick * frame.step;
    const y = Math.round(frame.level(value)) + 0.5;
    pen.strokeStyle = colors.line;
    pen.setLineDash(tick === 0 ? [] : [2, 4]);
    pen.beginPath();
    pen.moveTo(PLOT.left, y);
    pen.lineTo(width - PLOT.right, y);
    pen.stroke();
    pen.fillStyle = colors.muted;
    pen.fillText(write(value), PLOT.left - LABEL_GAP, y);
  }
  pen.setLineDash([]);
}

function drawTimes(pen: Pen, { buckets }: TimePlot, colors: Colors, format: Format, frame: Frame, width: number): void {
  const most = Math.max(2, Math.floor((width - PLOT.left - PLOT.right) / PIXELS_PER_TICK));
  pen.textAlign = 'center';
  pen.textBaseline = 'top';
  pen.fillStyle = colors.muted;
  let free = 0;
  for (const index of tickIndexes(buckets.times, most)) {
    const text = tickLabel(format, buckets.times[index] ?? 0, buckets.intervalMs);
    const half = pen.measureText(text).width / 2;
    const x = Math.min(frame.centre(index), width - half);
    if (x - half >= free) {
      pen.fillText(text, x, frame.foot + LABEL_GAP);
      free = x + half + LABEL_GAP;
    }
  }
}

const opacityOf = (chart: TimePlot, key: string): number =>
  chart.highlight === null || chart.highlight === key ? 1 : FAINT;

function drawBars(pen: Pen, chart: TimePlot, colors: Colors, frame: Frame): void {
  const { buckets, series } = chart;
  const count = buckets.times.length;
  const last = count - 1;
  const lastIsIncomplete = (buckets.times[last] ?? 0) + buckets.intervalMs > buckets.until;
  const thick = Math.max(1, frame.slot * (count > 70 ? 0.88 : 0.8));
  for (let i = 0; i < count; i += 1) {
    const top = series.findLastIndex((one) => (one.values[i] ?? 0) > 0);
    let sum = 0;
    for (const [place, one] of series.entries()) {
      const value = one.values[i] ?? 0;
      if (value <= 0) {
        continue;
      }
      const y = frame.level(sum + value);
      pen.fillStyle = colors[one.color];
      pen.globalAlpha = opacityOf(chart, one.key) * (i === last && lastIsIncomplete ? INCOMPLETE : 1);
      pen.beginPath();
      pen.roundRect(frame.centre(i) - thick / 2, y, thick, frame.level(sum) - y, place === top ? [2, 2, 0, 0] : 0);
      pen.fill();
      sum += value;
    }
  }
}

function trace(pen: Pen, points: readonly Point[]): void {
  const steep = slopes(points);
  for (const [i, point] of points.entries()) {
    const before = points[i - 1];
    if (before === undefined) {
      pen.moveTo(point.x, point.y);
    } else {
      const third = (point.x - before.x) / 3;
      const [leaving, arriving] = [steep[i - 1] ?? 0, steep[i] ?? 0];
      pen.bezierCurveTo(
        before.x + third,
        before.y + third * leaving,
        point.x - third,
        point.y - third * arriving,
        point.x,
        point.y,
      );
    }
  }
}

function drawLines(pen: Pen, chart: TimePlot, colors: Colors, frame: Frame): void {
  pen.lineWidth = 2;
  pen.lineJoin = 'round';
  for (const [place, one] of chart.series.entries()) {
    pen.strokeStyle = colors[one.color];
    pen.fillStyle = colors[one.color];
    const opacity = opacityOf(chart, one.key);
    for (const run of runsOf(one.values, frame)) {
      if (place === 0) {
        shade(pen, run, frame, opacity);
      }
      pen.globalAlpha = opacity;
      pen.setLineDash(one.dashed === true ? [5, 4] : []);
      pen.beginPath();
      if (run.length === 1 && run[0] !== undefined) {
        pen.arc(run[0].x, run[0].y, 2.5, 0, 2 * Math.PI);
        pen.fill();
      } else {
        trace(pen, run);
        pen.stroke();
      }
    }
  }
  pen.setLineDash([]);
}

function shade(pen: Pen, run: readonly Point[], frame: Frame, opacity: number): void {
  pen.globalAlpha = 0.12 * opacity;
  pen.beginPath();
  trace(pen, run);
  pen.lineTo(run.at(-1)?.x ?? 0, frame.foot);
  pen.lineTo(run[0]?.x ?? 0, frame.foot);
  pen.fill();
}
