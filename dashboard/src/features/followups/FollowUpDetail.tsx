import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { followUpQuery, followUpSettingsQuery, followUpsKey, useChangeFollowUp } from '@/api/followUps';
import type { FollowUp } from '@/api/types';
import { BackLink } from '@/components/BackLink';
import { Button } from '@/components/Button';
import { CopyButton } from '@/components/CopyButton';
import { FactList, type Fact } from '@/components/FactList';
import form from '@/components/Form.module.css';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { Loaded, Refusal } from '@/components/States';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useFormat } from '@/i18n/useFormat';
import { sharedSearch, useView } from '@/view/useView';

import { FollowUpSteps } from './FollowUpSteps';
import { aboutOf, factsOf, fillTemplate } from './followUpText';
import classes from './followups.module.css';

const timeOf = (text: string | null): number | null => (text === null ? null : Date.parse(text));

/** One follow-up: why, who does it, what was said, and how it ended. */
export function FollowUpDetail({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useQuery(followUpQuery(id));
  return (
    <div className={pageClasses.page} data-testid="followup-detail">
      <BackLink above to="/followups" testid="followup-back">
        {t('followUps.back')}
      </BackLink>
      <PageHeader
        title={query.data === undefined ? t('nav.followups') : t('followUps.one', { who: aboutOf(t, query.data) })}
        onRefresh={() => void client.invalidateQueries({ queryKey: followUpsKey })}
        refreshing={query.isFetching}
        stale={query.isRefetchError}
        filters={false}
        ranged={false}
      />
      <Loaded query={query} height={240} page>
        {(data) => (
          <>
            <Facts one={data} />
            <div className={pageClasses.two}>
              <Plan key={data.due_at} one={data} />
              <FollowUpSteps one={data} />
            </div>
            <Notes one={data} />
          </>
        )}
      </Loaded>
    </div>
  );
}

function Facts({ one }: { readonly one: FollowUp }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const facts: readonly Fact[] = [
    [
      t('followUps.column.about'),
      <>
        {one.user !== null && (
          <Link to="/users" search={{ ...sharedSearch(view), key: one.user }} className={pageClasses.number} data-testid="followup-user-link">
            {one.user}
          </Link>
        )}
        {one.session_id !== null && (
          <Link to="/sessions" search={{ ...sharedSearch(view), session: one.session_id }} className={pageClasses.number}>
            {t('followUps.session', { id: one.session_id })}
          </Link>
        )}
        {one.call_id !== null && (
          <Link to="/calls" search={{ call: one.call_id }} className={pageClasses.number} data-testid="followup-call-link">
            {t('followUps.showCall')}
          </Link>
        )}
      </>,
    ],
    [t('followUps.column.why'), `${t(`followUps.rule.${one.rule}`)}${Object.keys(one.facts).length > 0 || one.reason !== null ? `: ${factsOf(t, format, one)}` : ''}`],
    [
      t('followUps.column.state'),
      <span key="state" className={classes.state} data-state={one.state} data-testid="followup-state">
        {t(`followUps.state.${one.state}`)}
      </span>,
    ],
    [t('followUps.column.opened'), format.dateTime(timeOf(one.opened_at))],
    [t('followUps.column.contacted'), format.dateTime(timeOf(one.contacted_at))],
    [t('followUps.column.answered'), format.dateTime(timeOf(one.answered_at))],
    [t('followUps.column.closed'), format.dateTime(timeOf(one.closed_at))],
    [t('followUps.column.outcome'), one.outcome === null ? '–' : t(`followUps.outcome.${one.outcome}`)],
  ];
  return <FactList facts={facts} />;
}

function Plan({ one }: { readonly one: FollowUp }) {
  const { t } = useTranslation();
  const format = useFormat();
  const settings = useQuery(followUpSettingsQuery);
  const save = useChangeFollowUp(one.id);
  const [owner, setOwner] = useState(one.owner ?? '');
  const [contact, setContact] = useState(one.contact ?? '');
  const [due, setDue] = useState(one.due_at?.slice(0, 10) ?? '');
  const [template, setTemplate] = useState(one.template ?? '');
  const templates = settings.data?.templates ?? [];
  const chosen = templates.find(({ name }) => name === template);
  const text = chosen === undefined ? null : fillTemplate(chosen.text, { user: one.user, owner: owner || null, date: format.day(timeOf(one.opened_at)) });
  const dueAt = due === (one.due_at?.slice(0, 10) ?? '') ? {} : { due_at: due === '' ? null : `${due}T23:59:59Z` };
  return (
    <Panel title={t('followUps.plan')} testid="followup-plan">
      <form
        className={form.form}
        aria-label={t('followUps.plan')}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ owner: owner.trim() || null, contact: contact.trim() || null, template: template || null, ...dueAt });
        }}
      >
        <div className={form.fields}>
          <label className={form.label}>
            <span>{t('followUps.field.owner')}</span>
            <input className={form.field} value={owner} maxLength={200} onChange={(event) => setOwner(event.target.value)} data-testid="followup-owner" />
          </label>
          <label className={form.label}>
            <span>{t('followUps.field.due')}</span>
            <input className={form.field} type="date" value={due} onChange={(event) => setDue(event.target.value)} data-testid="followup-due" />
          </label>
          <label className={form.label}>
            <span>{t('followUps.field.contact')}</span>
            <input
              className={form.field}
              value={contact}
              maxLength={500}
              placeholder={t('followUps.field.contactHint')}
              onChange={(event) => setContact(event.target.value)}
              data-testid="followup-contact"
            />
          </label>
          <label className={form.label}>
            <span>{t('followUps.field.template')}</span>
            <select className={form.field} value={template} onChange={(event) => setTemplate(event.target.value)} data-testid="followup-template">
              <option value="">{t('followUps.field.noTemplate')}</option>
              {templates.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        </div>
        {text !== null && (
          <div className={classes.template} role="group" aria-label={t('followUps.text')} data-testid="followup-text">
            {text} <CopyButton text={text} what={t('followUps.copyText')} />
          </div>
        )}
        <div className={pageClasses.actions}>
          <Button type="submit" look="strong" disabled={save.isPending} data-testid="followup-save">
            {t('followUps.save')}
          </Button>
          <span role="status">{save.isSuccess && t('followUps.settings.saved')}</span>
          <Refusal error={save.error} />
        </div>
      </form>
    </Panel>
  );
}

function Notes({ one }: { readonly one: FollowUp }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [note, setNote] = useState('');
  const add = useChangeFollowUp(one.id);
  return (
    <Panel title={t('followUps.notes')} testid="followup-notes">
      <form
        className={form.form}
        aria-label={t('followUps.addNote')}
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate({ note: note.trim() }, { onSuccess: () => setNote('') });
        }}
      >
        <label className={form.label}>
          <span>{t('followUps.field.note')}</span>
          <textarea className={`${form.field} ${classes.area}`} value={note} maxLength={500} onChange={(event) => setNote(event.target.value)} data-testid="followup-note" />
        </label>
        <div className={pageClasses.actions}>
          <Button type="submit" disabled={add.isPending || note.trim() === ''} data-testid="followup-add-note">
            {t('followUps.addNote')}
          </Button>
          <Refusal error={add.error} />
        </div>
      </form>
      {one.notes.length === 0 ? (
        <p className={pageClasses.hint}>{t('followUps.noNotes')}</p>
      ) : (
        <ul className={classes.notes}>
          {one.notes.toReversed().map((each) => (
            <li key={each.at + each.text}>
              <time dateTime={each.at}>{format.dateTime(Date.parse(each.at))}</time>
              {each.text}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
