import { useId, useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/Button';

import classes from './FilterForm.module.css';

export function TagName({ onPick }: { readonly onPick: (name: string) => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [name, setName] = useState('');
  const clean = name.trim().toLowerCase();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onPick(clean);
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <label htmlFor={id}>{t('filter.tagName')}</label>
      <input
        id={id}
        className={classes.input}
        data-autofocus
        value={name}
        maxLength={100}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" look="strong" disabled={clean === ''}>
        {t('filter.next')}
      </Button>
    </form>
  );
}
