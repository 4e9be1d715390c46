import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asNumber, asText, usageQuery } from '@/api/usage';
import type { Table } from '@/api/types';
import { PickList, type PickItem } from '@/components/PickList';
import { dimensionName, valueName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';
import { addFilter, removeFilter, type Filter, type FilterOp } from '@/view/filters';
import { useChangeView, useView } from '@/view/useView';

import classes from './FilterForm.module.css';

const OFFERED = 50;
/** What is picked that is not a value: a NUL never starts one. */
const CONTAINS = '\0contains';
const EXACT = '\0exact';
const KNOWN = '\0known';
const UNKNOWN_VALUE = '\0unknown';

/** Values of one field in this time range, with how many calls have them. */
export function ValueFilter({ name, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const change = useChangeView();
  const [text, setText] = useState('');
  const [op, setOp] = useState<FilterOp>(
    view.filters.some((filter) => filter.name === name && filter.op === 'not') ? 'not' : 'is',
  );
  const [wanted] = useDebouncedValue(text.trim(), 150);

  // Labels are what people search by, fingerprints are what the filter holds.
  const searched = name === 'api_key' ? 'api_key_label' : name;
  const others = view.filters.filter((filter) => filter.name !== name);
  const search: Filter[] = wanted === '' ? [] : [{ name: searched, op: 'contains', value: wanted }];
  const groupBy = name === 'api_key' ? ['api_key', 'api_key_label'] : [name];
  const values = useQuery(
    usageQuery('slow', {
      metrics: ['calls'],
      groupBy,
      range: view.range,
      filters: [...others, ...search],
      orderBy: '-calls',
      limit: OFFERED,
    }),
  );

  const chosen = new Set(
    view.filters.filter((filter) => filter.name === name && filter.op === op).map((filter) => filter.value),
  );
  const items: PickItem[] = [
    ...valueItems(values.data, wanted).map(({ value, label, calls }) => ({
      value,
      label: label ?? valueName(t, name, value),
      hint: format.compact(calls),
      chosen: chosen.has(value),
    })),
    ...(text.trim() === ''
      ? []
      : [
          { value: CONTAINS, label: t('filter.useText', { text: text.trim() }) },
          { value: EXACT, label: t('filter.useExact', { text: text.trim() }) },
        ]),
    ...(text.trim() === ''
      ? [
          { value: KNOWN, label: t('filter.known') },
          { value: UNKNOWN_VALUE, label: t('filter.unknown') },
        ]
      : []),
  ];
  const pick = (picked: string) => {
    const filter = toFilter(name, op, picked, text.trim());
    change({ filters: chosen.has(picked) ? removeFilter(view.filters, filter) : addFilter(view.filters, filter) });
    onDone();
  };
  return (
    <>
      <div className={classes.head}>
        {dimensionName(t, name)}
        <OpChoice op={op} onOp={setOp} />
      </div>
      <PickList
        label={t('filter.searchValue')}
        items={items}
        text={text}
        onText={setText}
        onPick={pick}
        loading={values.isPending}
        empty={t('filter.noValues')}
      />
    </>
  );
}

function OpChoice({ op, onOp }: { readonly op: FilterOp; readonly onOp: (op: FilterOp) => void }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className={classes.ops} role="radiogroup" aria-label={t('filter.condition')}>
      {(['is', 'not'] as const).map((offered) => (
        <label key={offered}>
          <input type="radio" className="sr-only" name={id} checked={op === offered} onChange={() => onOp(offered)} />
          {t(`filter.${offered}`)}
        </label>
      ))}
    </div>
  );
}

function toFilter(name: string, op: FilterOp, picked: string, text: string): Filter {
  switch (picked) {
    case CONTAINS:
      return { name: name === 'api_key' ? 'api_key_label' : name, op: 'contains', value: text };
    case EXACT:
      return { name, op, value: text };
    case KNOWN:
      return { name, op: 'known', value: '' };
    case UNKNOWN_VALUE:
      return { name, op: 'unknown', value: '' };
    default:
      return { name, op, value: picked };
  }
}

function valueItems(
  table: Table | undefined,
  wanted: string,
): { value: string; label: string | null; calls: number | null }[] {
  const hasLabel = table?.columns.length === 3;
  return (table?.rows ?? [])
    .map((row) => ({ value: asText(row[0]), label: hasLabel ? asText(row[1]) : null, calls: asNumber(row.at(-1)) }))
    .filter((item): item is { value: string; label: string | null; calls: number | null } => item.value !== null)
    .filter((item) => (item.label ?? item.value).toLowerCase().includes(wanted.toLowerCase()));
}
