// Time ranges, written as the API takes them: RFC 3339, or relative to now ("-24h", "now").

export interface Range {
  readonly from: string;
  readonly to: string;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Offered in the picker, shortest first. */
export const PRESETS = ['-15m', '-1h', '-6h', '-24h', '-7d', '-30d'] as const;
export type Preset = (typeof PRESETS)[number];

export const DEFAULT_RANGE: Range = { from: '-24h', to: 'now' };

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

const RELATIVE = /^-(\d{1,6})([smhdw])$/;

/** Milliseconds of "24h", "5m"; null for anything else. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,6})([smhdw])$/.exec(text);
  const unit = match?.[2] === undefined ? undefined : UNIT_MS[match[2]];
  return match?.[1] === undefined || unit === undefined ? null : Number(match[1]) * unit;
}

export const isTime = (text: string): boolean =>
  text === 'now' || RELATIVE.test(text) || (/^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)));

function toMillis(text: string, now: number): number {
  if (text === 'now') {
    return now;
  }
  return RELATIVE.test(text) ? now - (parseDuration(text.slice(1)) ?? 0) : Date.parse(text);
}

export const resolve = (range: Range, now: number): Span => ({
  from: toMillis(range.from, now),
  to: toMillis(range.to, now),
});

/** Whether new calls fall into this range as they come. */
export const endsNow = (range: Range): boolean => range.to === 'now';

export const presetOf = (range: Range): Preset | null =>
  endsNow(range) ? (PRESETS.find((preset) => preset === range.from) ?? null) : null;

/** The period of the same length just before; relative where the range is, so that it moves along. */
export function previous(range: Range, now: number): Range {
  const match = RELATIVE.exec(range.from);
  if (endsNow(range) && match) {
    return { from: `-${Number(match[1]) * 2}${match[2]}`, to: range.from };
  }
  const span = resolve(range, now);
  return absolute(span.from - (span.to - span.from), span.from);
}

export const absolute = (from: number, to: number): Range => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});
