const UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
] as const;

/** "15 minutes", in the reader's language. */
export function intervalName(locale: string, ms: number): string {
  const [size, unit] = UNITS.find(([length]) => ms >= length) ?? UNITS[3];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 }).format(
    ms / size,
  );
}
