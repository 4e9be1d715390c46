// How the figures of a case are written.
import type { CaseFinding } from '@/api/cases';
import { UNKNOWN, type Format } from '@/i18n/format';

export function writeFigure(format: Format, unit: string, value: number | null): string {
  switch (unit) {
    case 'ms':
      return format.duration(value);
    case 's':
      return format.duration(value === null ? null : value * 1_000);
    case 'usd':
      return format.usd(value);
    case 'ratio':
      return format.percent(value);
    default:
      return format.rate(value);
  }
}

/** `change` as a share of what was before, or in percentage points. */
export function writeChange(format: Format, { relative }: CaseFinding, change: number | null, points: (value: string) => string): string {
  if (change === null) {
    return UNKNOWN;
  }
  const options: Intl.NumberFormatOptions = { signDisplay: 'exceptZero', maximumFractionDigits: 1 };
  return relative
    ? new Intl.NumberFormat(format.locale, { ...options, style: 'percent' }).format(change)
    : points(new Intl.NumberFormat(format.locale, options).format(change * 100));
}
