import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { useChangeKeys } from '@/api/keys';
import type { Key } from '@/api/types';
import { Button } from '@/components/Button';
import form from '@/components/Form.module.css';
import pageClasses from '@/components/Page.module.css';

import classes from './keys.module.css';
import { AMOUNTS, TEXTS, toNewKey, type Draft } from './newKey';

interface Props {
  readonly changes: ReturnType<typeof useChangeKeys>;
  readonly onIssued: (key: Key) => void;
}

/** What a new key says and may. Everything may be left empty. */
export function IssueForm({ changes, onIssued }: Props) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Draft>({});
  const field = (name: keyof Draft, label: string, more: React.InputHTMLAttributes<HTMLInputElement> = {}) => (
    <label key={name} className={form.label}>
      <span>{label}</span>
      <input
        className={form.field}
        value={draft[name] ?? ''}
        autoComplete="off"
        onChange={(event) => setDraft({ ...draft, [name]: event.target.value })}
        data-testid={`key-${name}`}
        {...more}
      />
    </label>
  );
  return (
    <form
      className={form.form}
      aria-label={t('apiKeys.issue')}
      onSubmit={(event) => {
        event.preventDefault();
        changes.mutate({ kind: 'issue', key: toNewKey(draft) }, { onSuccess: onIssued });
      }}
    >
      <div className={form.fields}>
        {TEXTS.map((name) => field(name, t(`apiKeys.field.${name}`), { maxLength: 200 }))}
        {field('models', t('apiKeys.field.models'), { placeholder: 'gpt-4o* o3' })}
        {AMOUNTS.map((name) =>
          field(name, t(`limits.of.${name}`), { type: 'number', min: 0, step: name.startsWith('usd') ? 'any' : 1, inputMode: 'decimal' }),
        )}
        {field('expires', t('apiKeys.field.expires'), { type: 'date' })}
      </div>
      <div className={pageClasses.actions}>
        <Button type="submit" look="strong" disabled={changes.isPending} data-testid="key-submit">
          {t('apiKeys.issue')}
        </Button>
        {changes.isError && (
          <span role="alert" className={classes.error}>
            {changes.error.message}
          </span>
        )}
      </div>
    </form>
  );
}
