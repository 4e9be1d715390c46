// Filters as sentences: "Model is gpt-5 or gpt-5-mini", "Response time at least 2s".
import type { T } from '@/i18n';
import type { Format } from '@/i18n/format';
import { dimensionName, valueName } from '@/i18n/names';
import type { Filter, FilterOp } from '@/view/filters';

import { isMeasure } from './dimensions';

/** Filters that belong together: those of one name and of one kind are alternatives, so they share a chip. */
export interface Chip {
  readonly name: string;
  readonly op: FilterOp;
  readonly filters: readonly Filter[];
}

const TOGETHER: ReadonlySet<FilterOp> = new Set(['is', 'not', 'contains']);

export function toChips(filters: readonly Filter[]): Chip[] {
  const chips: { name: string; op: FilterOp; filters: Filter[] }[] = [];
  for (const filter of filters) {
    const chip = TOGETHER.has(filter.op)
      ? chips.find((one) => one.name === filter.name && one.op === filter.op)
      : undefined;
    if (chip) {
      chip.filters.push(filter);
    } else {
      chips.push({ name: filter.name, op: filter.op, filters: [filter] });
    }
  }
  return chips;
}

export function amountText(format: Format, name: string, value: string): string {
  const amount = Number(value);
  if (name.endsWith('_us')) {
    return format.micros(amount);
  }
  if (name === 'cost_nano_usd') {
    return format.usd(amount / 1e9);
  }
  return name.endsWith('_bytes') ? format.bytes(amount) : format.integer(amount);
}

/** Long ids are cut in the middle of the page, never in the filter. */
const SHOWN_CHARACTERS = 36;
const shorten = (text: string): string =>
  text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1)}…` : text;

export function chipText(
  t: T,
  format: Format,
  chip: Chip,
  labels: ReadonlyMap<string, string>,
): { name: string; op: string; values: string } {
  const values = chip.filters.map((filter) =>
    isMeasure(chip.name) && (chip.op === 'atLeast' || chip.op === 'atMost')
      ? amountText(format, chip.name, filter.value)
      : shorten(labels.get(filter.value) ?? valueName(t, chip.name, filter.value)),
  );
  const needsValue = chip.op !== 'known' && chip.op !== 'unknown';
  return {
    name: dimensionName(t, chip.name),
    op: t(`filter.${chip.op}`),
    values: needsValue ? values.join(` ${t('filter.or')} `) : '',
  };
}
