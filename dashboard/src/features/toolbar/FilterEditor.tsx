import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { catalogueQuery } from '@/api/usage';
import { PickList, type PickItem } from '@/components/PickList';
import { dimensionName } from '@/i18n/names';

import { isMeasure, offeredFields } from './dimensions';
import { NumberFilter } from './NumberFilter';
import { TagName } from './TagName';
import { ValueFilter } from './ValueFilter';

const TAG = 'tag';

interface Props {
  /** The field whose filter is changed; without it, one is chosen first. */
  readonly initial?: string;
  readonly onDone: () => void;
}

/** First the field, then its value. */
export function FilterEditor({ initial, onDone }: Props) {
  const [field, setField] = useState<string | null>(initial ?? null);
  if (field === null) {
    return <FieldPicker onPick={setField} />;
  }
  if (field === TAG) {
    return <TagName onPick={(name) => setField(`tag:${name}`)} />;
  }
  return isMeasure(field) ? (
    <NumberFilter name={field} onDone={onDone} />
  ) : (
    <ValueFilter name={field} onDone={onDone} />
  );
}

function FieldPicker({ onPick }: { readonly onPick: (name: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const catalogue = useQuery(catalogueQuery);
  const fields = offeredFields(catalogue.data?.dimensions ?? [], catalogue.data?.measures ?? []);
  const items: PickItem[] = fields.map(({ name, group }) => ({
    value: name,
    label: dimensionName(t, name),
    group: t(`filter.${group}`),
  }));
  if (catalogue.data) {
    items.push({ value: TAG, label: t('filter.tag'), group: t('filter.groupOther') });
  }
  const wanted = text.trim().toLowerCase();
  const found = items.filter((item) => item.label.toLowerCase().includes(wanted) || item.value.includes(wanted));
  return (
    <PickList
      label={t('filter.searchDimension')}
      items={found}
      text={text}
      onText={setText}
      onPick={onPick}
      loading={catalogue.isPending}
    />
  );
}
