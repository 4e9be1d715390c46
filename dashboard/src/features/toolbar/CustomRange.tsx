import { useId, useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/Button';
import { absolute, resolve, type Range } from '@/view/range';

import classes from './RangePicker.module.css';

const MINUTE_MS = 60_000;

/** As a date field writes it: local time, to the minute. */
function toField(at: number): string {
  const offset = new Date(at).getTimezoneOffset() * MINUTE_MS;
  return new Date(at - offset).toISOString().slice(0, 16);
}

export function CustomRange({ range, onApply }: { readonly range: Range; readonly onApply: (range: Range) => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [now] = useState(Date.now);
  const [fields, setFields] = useState(() => {
    const span = resolve(range, now);
    return { from: toField(span.from), to: toField(span.to) };
  });
  const from = Date.parse(fields.from);
  const to = Date.parse(fields.to);
  const wrong = !(from < to);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!wrong) {
      onApply(absolute(from, to));
    }
  };
  return (
    <form className={classes.custom} onSubmit={submit}>
      <p className={classes.heading}>{t('range.custom')}</p>
      {(['from', 'to'] as const).map((name) => (
        <div key={name} className={classes.field}>
          <label htmlFor={`${id}-${name}`}>{t(`range.${name}`)}</label>
          <input
            id={`${id}-${name}`}
            type="datetime-local"
            required
            value={fields[name]}
            max={toField(now)}
            aria-describedby={`${id}-problem`}
            onChange={(event) => setFields({ ...fields, [name]: event.target.value })}
            data-testid={`range-${name}`}
          />
        </div>
      ))}
      <p id={`${id}-problem`} className={classes.problem} role="alert">
        {wrong && t('range.order')}
      </p>
      <Button type="submit" look="strong" disabled={wrong} data-testid="range-apply">
        {t('range.apply')}
      </Button>
    </form>
  );
}
