// What a price is for, in words: the price book's names are made of parts ("cache_write_1h_mtok").
import type { T } from '@/i18n';
import { en } from '@/i18n/en';

const rates = en.prices.rate;
type Part = keyof typeof rates;
const isPart = (name: string): name is Part => Object.hasOwn(rates, name);

const UNITS = {
  mtok: 'perMillionTokens',
  kcount: 'perThousand',
  hours: 'perHour',
  mchars: 'perMillionCharacters',
  kpages: 'perThousandPages',
  gpixels: 'perBillionPixels',
} as const;
export type RateUnit = (typeof UNITS)[keyof typeof UNITS];

const isUnit = (name: string): name is keyof typeof UNITS => Object.hasOwn(UNITS, name);

export interface RateName {
  readonly parts: readonly Part[];
  /** Null: of a kind that is newer than this page. */
  readonly unit: RateUnit | null;
}

/** "cache_audio_write_1h_mtok": cache writes for an hour, of audio. */
export function parseRate(price: string): RateName {
  const words = price.split('_');
  const last = words.at(-1) ?? '';
  const unit = isUnit(last) ? UNITS[last] : null;
  const base = words.slice(0, unit === null ? undefined : -1);
  const whole = base.join('_');
  if (isPart(whole)) {
    return { parts: [whole], unit };
  }
  const verb = base[0] === 'cache' ? base.find((word) => word === 'read' || word === 'write') : undefined;
  const rest = base.filter((word) => verb === undefined || (word !== 'cache' && word !== verb));
  const parts = [...(verb === undefined ? [] : [`cache_${verb}`]), ...rest];
  return parts.every(isPart) ? { parts, unit } : { parts: [], unit };
}

const FIRST = ['input_mtok', 'output_mtok', 'cache_read_mtok', 'cache_write_mtok'];

/** What everyone looks for comes first, the rest as it was. */
export function usualFirst<Rate extends { readonly price: string }>(rates: readonly Rate[]): Rate[] {
  const place = ({ price }: Rate): number => (FIRST.includes(price) ? FIRST.indexOf(price) : FIRST.length);
  return rates.toSorted((a, b) => place(a) - place(b));
}

export function rateName(t: T, price: string): string {
  const { parts } = parseRate(price);
  return parts.length === 0 ? price : parts.map((part) => t(`prices.rate.${part}`)).join(' · ');
}
