import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { silencesQuery, useEndSilence, useSilence } from '@/api/alerts';
import { DataTable } from '@/charts/DataTable';
import { Button } from '@/components/Button';
import form from '@/components/Form.module.css';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { Refusal } from '@/components/States';
import { useFormat } from '@/i18n/useFormat';
import { useView } from '@/view/useView';

import { Part } from './Part';

const DURATIONS = ['1h', '2h', '8h', '1d', '7d'] as const;

/** `name:value`, several with spaces between; a value may end in *. */
const matchersOf = (text: string) =>
  text
    .trim()
    .split(/\s+/)
    .filter((part) => part.includes(':'))
    .map((part) => ({ name: part.slice(0, part.lastIndexOf(':')), value: part.slice(part.lastIndexOf(':') + 1) }));

/** Of what nobody is told for a while. */
export function Silences() {
  const { t } = useTranslation();
  const format = useFormat();
  const { live } = useView();
  const query = useQuery(silencesQuery(live));
  const end = useEndSilence();
  const head = ['matchers', 'state', 'from', 'until', 'alerts', 'comment', 'actions'] as const;
  return (
    <Panel title={t('alerts.tab.silences')} hint={t('alerts.silencesHint')} testid="silences">
      <NewSilenceForm />
      <Refusal error={end.error} />
      <Part query={query} isEmpty={({ items }) => items.length === 0} empty={t('alerts.noSilences')}>
        {({ items }) => (
          <div className={pageClasses.table}>
            <DataTable
              cards
              caption={t('alerts.tab.silences')}
              texts={head.length}
              head={head.map((column) => t(`alerts.column.${column}`))}
              rows={items.map((silence) => ({
                key: silence.id,
                cells: [
                  silence.matchers.map(({ name, value }) => `${name}:${value}`).join(' '),
                  t(`alerts.silence.${silence.state}`),
                  format.dateTime(Date.parse(silence.starts_at)),
                  format.dateTime(Date.parse(silence.ends_at)),
                  format.integer(silence.alerts),
                  [silence.by, silence.comment].filter(Boolean).join(': ') || '–',
                  silence.state === 'over' ? (
                    ''
                  ) : (
                    <Button key="end" look="quiet" disabled={end.isPending} onClick={() => end.mutate(silence.id)} data-testid="end-silence">
                      {t('alerts.end')}
                    </Button>
                  ),
                ],
              }))}
            />
          </div>
        )}
      </Part>
    </Panel>
  );
}

function NewSilenceForm() {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [duration, setDuration] = useState<string>('2h');
  const [comment, setComment] = useState('');
  const silence = useSilence();
  const matchers = matchersOf(text);
  return (
    <form
      className={form.form}
      aria-label={t('alerts.newSilence')}
      onSubmit={(event) => {
        event.preventDefault();
        silence.mutate(
          { matchers, duration, ...(comment.trim() === '' ? {} : { comment: comment.trim() }) },
          { onSuccess: () => [setText(''), setComment('')] },
        );
      }}
    >
      <div className={form.fields}>
        <label className={form.label}>
          <span>{t('alerts.column.matchers')}</span>
          <input className={form.field} value={text} placeholder="severity:warning model:gpt-4o*" onChange={(event) => setText(event.target.value)} data-testid="silence-matchers" />
        </label>
        <label className={form.label}>
          <span>{t('alerts.duration')}</span>
          <select className={form.field} value={duration} onChange={(event) => setDuration(event.target.value)}>
            {DURATIONS.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label className={form.label}>
          <span>{t('alerts.column.comment')}</span>
          <input className={form.field} value={comment} onChange={(event) => setComment(event.target.value)} />
        </label>
      </div>
      <div className={pageClasses.actions}>
        <Button type="submit" look="strong" disabled={silence.isPending || matchers.length === 0} data-testid="silence-submit">
          {t('alerts.newSilence')}
        </Button>
        <Refusal error={silence.error} />
      </div>
    </form>
  );
}
