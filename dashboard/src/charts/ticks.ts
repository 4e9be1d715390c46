// Where a time axis has its labels, and what they say: round local times, and the day where a new one begins.
import type { Format } from '@/i18n/format';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

const STEPS = [
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
];

function isRound(at: number, step: number): boolean {
  const date = new Date(at);
  const minutes = date.getHours() * 60 + date.getMinutes();
  if (step < DAY) {
    return date.getSeconds() === 0 && minutes % (step / MINUTE) === 0;
  }
  return minutes === 0 && Math.round((at - date.getTimezoneOffset() * MINUTE) / DAY) % (step / DAY) === 0;
}

/** Indexes of the buckets that get a label: at most `most`, and the finest step that allows. */
export function tickIndexes(times: readonly number[], most: number): number[] {
  const first = times[0];
  const last = times.at(-1);
  if (first === undefined || last === undefined || most < 1) {
    return [];
  }
  for (const step of STEPS) {
    if ((last - first) / step > most * 4) {
      continue;
    }
    const indexes = times.flatMap((at, i) => (isRound(at, step) ? [i] : []));
    if (indexes.length > 0 && indexes.length <= most) {
      return indexes;
    }
  }
  const every = Math.ceil(times.length / most);
  return times.flatMap((_, i) => (i % every === 0 ? [i] : []));
}

export function tickLabel(format: Format, at: number, intervalMs: number): string {
  const date = new Date(at);
  return intervalMs >= DAY || (date.getHours() === 0 && date.getMinutes() === 0) ? format.day(at) : format.time(at);
}

/** A round number at or above the largest value, and the steps that lead to it. Counts have no steps below one. */
export function niceScale(largest: number, leastStep = 0, steps = 4): { readonly max: number; readonly step: number } {
  if (!(largest > 0)) {
    return { max: 1, step: 1 };
  }
  const rough = Math.max(largest / steps, leastStep);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  return { max: Math.ceil(largest / step - 1e-9) * step, step };
}
