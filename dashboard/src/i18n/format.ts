// Numbers, money, durations and times as people of one language write them. Unknown is shown as a dash, never as zero.

export const UNKNOWN = '–';

type Maybe = number | null | undefined;

export interface Format {
  readonly locale: string;
  integer(value: Maybe): string;
  /** 12.8K: for cards and axes. */
  compact(value: Maybe): string;
  percent(ratio: Maybe): string;
  usd(value: Maybe): string;
  /** For narrow columns: what is tiny is only said to be. */
  usdShort(value: Maybe): string;
  usdCompact(value: Maybe): string;
  /** A duration given in milliseconds, in the unit that reads best. */
  duration(ms: Maybe): string;
  micros(us: Maybe): string;
  rate(value: Maybe): string;
  bytes(value: Maybe): string;
  time(at: Maybe): string;
  timeExact(at: Maybe): string;
  dateTime(at: Maybe): string;
  day(at: Maybe): string;
  span(from: number, to: number): string;
  list(items: readonly string[]): string;
}

const isKnown = (value: Maybe): value is number => typeof value === 'number' && Number.isFinite(value);

const known = (value: Maybe, write: (value: number) => string): string => (isKnown(value) ? write(value) : UNKNOWN);

/** Formatters are costly to make and are asked for again and again. */
function memo(locale: string) {
  const made = new Map<string, Intl.NumberFormat>();
  return (options: Intl.NumberFormatOptions): Intl.NumberFormat => {
    const key = JSON.stringify(options);
    let format = made.get(key);
    if (format === undefined) {
      format = new Intl.NumberFormat(locale, options);
      made.set(key, format);
    }
    return format;
  };
}

const USD: Intl.NumberFormatOptions = { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' };

function usdOptions(value: number): Intl.NumberFormatOptions {
  const size = Math.abs(value);
  if (size === 0 || size >= 1) {
    return { ...USD, minimumFractionDigits: 2, maximumFractionDigits: 2 };
  }
  return size >= 0.01
    ? { ...USD, minimumFractionDigits: 2, maximumFractionDigits: 4 }
    : { ...USD, maximumSignificantDigits: 3 };
}

const TINY_USD = 0.0001;

const LONGEST_IN_SECONDS_MS = 120_000;

function durationParts(ms: number): [number, string, number] {
  const size = Math.abs(ms);
  if (size > 0 && size < 1) {
    return [ms * 1000, 'microsecond', 0];
  }
  if (size < 1_000) {
    return [ms, 'millisecond', size < 10 ? 1 : 0];
  }
  if (size < LONGEST_IN_SECONDS_MS) {
    return [ms / 1_000, 'second', size < 10_000 ? 2 : 1];
  }
  return size < 3_600_000 ? [ms / 60_000, 'minute', 1] : [ms / 3_600_000, 'hour', 1];
}

const percentDigits = (ratio: number): number => {
  const size = Math.abs(ratio);
  return size > 0 && size < 0.001 ? 3 : size < 0.1 ? 2 : size < 1 ? 1 : 0;
};

type Numbers = Omit<Format, 'locale' | 'time' | 'timeExact' | 'dateTime' | 'day' | 'span' | 'list'>;
type Times = Pick<Format, 'time' | 'timeExact' | 'dateTime' | 'day' | 'span'>;

const compactOptions = (size: number): Intl.NumberFormatOptions =>
  size < 10_000 ? { maximumFractionDigits: size < 10 ? 2 : 0 } : { notation: 'compact', maximumSignificantDigits: 3 };

function byteParts(bytes: number): [number, string] {
  if (bytes < 1e6) {
    return bytes < 1e3 ? [bytes, 'byte'] : [bytes / 1e3, 'kilobyte'];
  }
  return bytes < 1e9 ? [bytes / 1e6, 'megabyte'] : [bytes / 1e9, 'gigabyte'];
}

function numberFormats(locale: string): Numbers {
  const number = memo(locale);
  const usd = (n: number): string => number(usdOptions(n)).format(n);
  const duration = (ms: number): string => {
    const [amount, unit, digits] = durationParts(ms);
    const unitDisplay = /minute|hour/.test(unit) ? 'short' : 'narrow';
    return number({ style: 'unit', unit, unitDisplay, maximumFractionDigits: digits }).format(amount);
  };
  const bytes = (n: number): string => {
    const [amount, unit] = byteParts(n);
    const maximumFractionDigits = amount < 10 ? 1 : 0;
    return number({ style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits }).format(amount);
  };
  return {
    integer: (value) => known(value, (n) => number({ maximumFractionDigits: 0 }).format(n)),
    compact: (value) => known(value, (n) => number(compactOptions(Math.abs(n))).format(n)),
    percent: (ratio) =>
      known(ratio, (n) => number({ style: 'percent', maximumFractionDigits: percentDigits(n) }).format(n)),
    usd: (value) => known(value, usd),
    usdShort: (value) => known(value, (n) => (n > 0 && n < TINY_USD ? `<${usd(TINY_USD)}` : usd(n))),
    usdCompact: (value) =>
      known(value, (n) =>
        Math.abs(n) < 10_000 ? usd(n) : number({ ...USD, notation: 'compact', maximumSignificantDigits: 3 }).format(n),
      ),
    duration: (ms) => known(ms, duration),
    micros: (us) => known(us, (n) => duration(n / 1000)),
    rate: (value) => known(value, (n) => number({ maximumFractionDigits: n < 10 ? 1 : 0 }).format(n)),
    bytes: (value) => known(value, bytes),
  };
}

function timeFormats(locale: string, timeZone: string | undefined): Times {
  const date = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { hourCycle: 'h23', ...(timeZone === undefined ? {} : { timeZone }), ...options });
  const time = date({ hour: '2-digit', minute: '2-digit' });
  const timeExact = date({ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
  const dateTime = date({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const minute = date({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
  const day = date({ weekday: 'short', day: 'numeric', month: 'short' });
  return {
    time: (at) => known(at, (n) => time.format(n)),
    timeExact: (at) => known(at, (n) => timeExact.format(n)),
    dateTime: (at) => known(at, (n) => dateTime.format(n)),
    day: (at) => known(at, (n) => day.format(n)),
    span: (from, to) => minute.formatRange(from, to),
  };
}

/** The browser's time zone is used where none is given. */
export function makeFormat(locale: string, timeZone?: string): Format {
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  return {
    locale,
    ...numberFormats(locale),
    ...timeFormats(locale, timeZone),
    list: (items) => list.format(items),
  };
}
