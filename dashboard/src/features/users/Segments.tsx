import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { UserReport } from '@/api/types';
import { segmentsQuery, useChangeSegments } from '@/api/users';
import { DataTable } from '@/charts/DataTable';
import { Button } from '@/components/Button';
import form from '@/components/Form.module.css';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { Refusal } from '@/components/States';
import { useFormat } from '@/i18n/useFormat';
import { sharedSearch, useView } from '@/view/useView';

import { segmentName } from './userFigures';
import classes from './users.module.css';

/** How many users each rule has, and the rules. */
export function Segments({ report }: { readonly report: UserReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const [editing, setEditing] = useState(false);
  return (
    <Panel
      title={t('users.segments')}
      hint={t('users.segmentsHint')}
      testid="user-segments"
      aside={
        !editing && (
          <Button look="quiet" icon="settings" onClick={() => setEditing(true)} data-testid="edit-rules">
            {t('users.editRules')}
          </Button>
        )
      }
    >
      {editing && <RuleForm onDone={() => setEditing(false)} />}
      <div className={pageClasses.table}>
        <DataTable
          caption={t('users.segments')}
          head={[t('users.column.segment'), t('users.column.users'), t('breakdown.requests'), t('breakdown.cost'), t('users.column.rule')]}
          rows={report.segments.map((segment) => ({
            key: segment.segment ?? '',
            cells: [
              segment.segment === null ? (
                segmentName(t, null)
              ) : (
                <Link key="name" to="/users" search={{ ...sharedSearch(view), q: segment.segment }} className={pageClasses.number} data-testid="segment-link">
                  {segmentName(t, segment.segment)}
                </Link>
              ),
              format.integer(segment.users),
              format.integer(segment.calls),
              format.usd(segment.cost_usd),
              <code key="rule" className={classes.rule}>
                {segment.rule ?? '–'}
              </code>,
            ],
          }))}
        />
      </div>
    </Panel>
  );
}

function RuleForm({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation();
  const rules = useQuery(segmentsQuery);
  const [draft, setDraft] = useState<string | null>(null);
  const save = useChangeSegments();
  const text = draft ?? rules.data?.text ?? '';
  return (
    <form
      className={form.form}
      aria-label={t('users.editRules')}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(text, { onSuccess: onDone });
      }}
    >
      <label className={form.label}>
        <span>{t('users.rules')}</span>
        <textarea
          className={`${form.field} ${classes.rules}`}
          value={text}
          spellCheck={false}
          onChange={(event) => setDraft(event.target.value)}
          data-testid="rules-text"
        />
      </label>
      <p className={pageClasses.hint}>{t('users.rulesHint')}</p>
      <div className={pageClasses.actions}>
        <Button type="submit" look="strong" disabled={save.isPending || text.trim() === ''} data-testid="rules-save">
          {t('users.saveRules')}
        </Button>
        <Button onClick={onDone}>{t('users.cancel')}</Button>
        {rules.data?.own === true && (
          <Button look="quiet" onClick={() => save.mutate(null, { onSuccess: onDone })} data-testid="rules-reset">
            {t('users.resetRules')}
          </Button>
        )}
        <Refusal error={save.error} />
      </div>
    </form>
  );
}
