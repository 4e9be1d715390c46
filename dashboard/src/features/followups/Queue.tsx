import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { followUpsQuery, useLookForFollowUps, useOpenFollowUp } from '@/api/followUps';
import type { FollowUp } from '@/api/types';
import { DataTable } from '@/charts/DataTable';
import { Button } from '@/components/Button';
import { downloadCsv } from '@/components/csv';
import { CsvButton } from '@/components/CsvButton';
import form from '@/components/Form.module.css';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { EmptyState, Loaded, Refusal } from '@/components/States';
import { useFormat } from '@/i18n/useFormat';
import { sharedSearch, useView } from '@/view/useView';

import { aboutOf, factsOf } from './followUpText';
import classes from './followups.module.css';

const timeOf = (text: string | null): number | null => (text === null ? null : Date.parse(text));

/** Those to be done, or those that are over. */
export function Queue({ state }: { readonly state: 'unclosed' | 'closed' }) {
  const { t } = useTranslation();
  const view = useView();
  const [adding, setAdding] = useState(false);
  const look = useLookForFollowUps();
  const query = useInfiniteQuery(followUpsQuery(state, view.live));
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const isOpen = state === 'unclosed';
  return (
    <Panel
      title={t(isOpen ? 'followUps.tab.queue' : 'followUps.tab.closed')}
      hint={isOpen ? t('followUps.queueHint') : undefined}
      testid="followup-list"
      aside={
        <div className={pageClasses.actions}>
          {isOpen && (
            <>
              <span role="status" className={pageClasses.hint}>
                {look.data !== undefined && t('followUps.looked', { count: look.data.opened })}
              </span>
              <Button look="quiet" icon="refresh" disabled={look.isPending} onClick={() => look.mutate()} data-testid="look-now">
                {t('followUps.look')}
              </Button>
              <Button icon="plus" pressed={adding} onClick={() => setAdding(!adding)} data-testid="new-followup">
                {t('followUps.byHand')}
              </Button>
            </>
          )}
          <CsvButton onClick={() => downloadCsv('sightglass-follow-ups.csv', csvOf(items))} disabled={items.length === 0} testid="followups-csv" />
        </div>
      }
    >
      {adding && isOpen && <NewFollowUpForm onDone={() => setAdding(false)} />}
      <Loaded query={query} height={200}>
        {() =>
          items.length === 0 ? (
            <EmptyState compact title={t(isOpen ? 'followUps.nothing' : 'followUps.nothingClosed')} {...(isOpen ? { detail: t('followUps.nothingHow') } : {})} />
          ) : (
            <FollowUpTable items={items} isOpen={isOpen} />
          )
        }
      </Loaded>
      {query.hasNextPage && (
        <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('followUps.more')}
        </Button>
      )}
    </Panel>
  );
}

function csvOf(items: readonly FollowUp[]) {
  const [first] = items;
  const names = (first === undefined ? [] : Object.keys(first)) as (keyof FollowUp)[];
  const cell = (value: FollowUp[keyof FollowUp]) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value);
  return [names, ...items.map((item) => names.map((name) => cell(item[name])))];
}

function FollowUpTable({ items, isOpen }: { readonly items: readonly FollowUp[]; readonly isOpen: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const head = ['about', 'why', 'state', 'owner', isOpen ? 'due' : 'outcome', isOpen ? 'opened' : 'closed'] as const;
  return (
    <div className={pageClasses.table}>
      <DataTable
        cards
        caption={t(isOpen ? 'followUps.tab.queue' : 'followUps.tab.closed')}
        texts={head.length}
        head={head.map((column) => t(`followUps.column.${column}`))}
        rows={items.map((item) => ({
          key: item.id,
          cells: [
            <Link key="about" to="/followups" search={{ ...sharedSearch(view), key: item.id }} className={classes.about} data-testid="open-followup">
              {aboutOf(t, item)}
            </Link>,
            <span key="why">
              {t(`followUps.rule.${item.rule}`)}
              <span className={classes.facts}>{factsOf(t, format, item)}</span>
            </span>,
            <span key="state" className={classes.state} data-state={item.state}>
              {t(`followUps.state.${item.state}`)}
            </span>,
            item.owner ?? '–',
            isOpen ? (
              <span key="due" className={item.overdue ? classes.overdue : undefined}>
                {format.day(timeOf(item.due_at))}
                {item.overdue && ` (${t('followUps.overdue')})`}
              </span>
            ) : item.outcome === null ? (
              '–'
            ) : (
              t(`followUps.outcome.${item.outcome}`)
            ),
            format.dateTime(timeOf(isOpen ? item.opened_at : item.closed_at)),
          ],
        }))}
      />
    </div>
  );
}

function NewFollowUpForm({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation();
  const view = useView();
  const navigate = useNavigate();
  const [user, setUser] = useState('');
  const [reason, setReason] = useState('');
  const [owner, setOwner] = useState('');
  const open = useOpenFollowUp();
  return (
    <form
      className={form.form}
      aria-label={t('followUps.byHand')}
      onSubmit={(event) => {
        event.preventDefault();
        open.mutate(
          { user: user.trim(), reason: reason.trim() || null, owner: owner.trim() || null },
          {
            onSuccess: (made) => {
              onDone();
              void navigate({ to: '/followups', search: { ...sharedSearch(view), key: made.id } });
            },
          },
        );
      }}
    >
      <div className={form.fields}>
        <label className={form.label}>
          <span>{t('followUps.user')}</span>
          <input className={form.field} value={user} placeholder={t('followUps.userHint')} autoComplete="off" onChange={(event) => setUser(event.target.value)} data-testid="followup-user" />
        </label>
        <label className={form.label}>
          <span>{t('followUps.reason')}</span>
          <input className={form.field} value={reason} onChange={(event) => setReason(event.target.value)} data-testid="followup-reason" />
        </label>
        <label className={form.label}>
          <span>{t('followUps.field.owner')}</span>
          <input className={form.field} value={owner} onChange={(event) => setOwner(event.target.value)} />
        </label>
      </div>
      <div className={pageClasses.actions}>
        <Button type="submit" look="strong" disabled={open.isPending || user.trim() === ''} data-testid="followup-submit">
          {t('followUps.open')}
        </Button>
        <Refusal error={open.error} />
      </div>
    </form>
  );
}
