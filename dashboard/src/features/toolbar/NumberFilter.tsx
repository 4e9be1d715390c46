import { useId, useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/Button';
import { dimensionName } from '@/i18n/names';
import { addFilter, type FilterOp } from '@/view/filters';
import { useChangeView, useView } from '@/view/useView';

import { MEASURES } from './dimensions';
import classes from './FilterForm.module.css';

export function NumberFilter({ name, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const view = useView();
  const change = useChangeView();
  const { factor, unit } = MEASURES[name] ?? { factor: 1, unit: '' };
  const [op, setOp] = useState<FilterOp>('atLeast');
  const [text, setText] = useState('');
  const amount = text.trim() === '' ? Number.NaN : Number(text);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    change({ filters: addFilter(view.filters, { name, op, value: String(Math.round(amount * factor)) }) });
    onDone();
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <label htmlFor={`${id}-amount`}>{dimensionName(t, name)}</label>
      <div className={classes.row}>
        <select
          className={classes.input}
          aria-label={t('filter.condition')}
          value={op}
          onChange={(event) => setOp(event.target.value === 'atMost' ? 'atMost' : 'atLeast')}
        >
          <option value="atLeast">{t('filter.atLeast')}</option>
          <option value="atMost">{t('filter.atMost')}</option>
        </select>
        <input
          id={`${id}-amount`}
          className={classes.input}
          type="number"
          min={0}
          step="any"
          inputMode="decimal"
          data-autofocus
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {unit !== '' && <span className={classes.unit}>{unit}</span>}
      </div>
      <Button type="submit" look="strong" disabled={!(amount >= 0)}>
        {t('range.apply')}
      </Button>
    </form>
  );
}
