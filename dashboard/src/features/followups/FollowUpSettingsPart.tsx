import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { channelsQuery } from '@/api/alerts';
import { followUpSettingsQuery, useChangeFollowUpSettings } from '@/api/followUps';
import type { FollowUpSettings } from '@/api/types';
import { Button } from '@/components/Button';
import form from '@/components/Form.module.css';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { ErrorState, Loading, Refusal, Skeleton } from '@/components/States';

import classes from './followups.module.css';

const NUMBERS = {
  bad_feedback: ['score', 'due_days'],
  repeated_errors: ['errors', 'error_rate', 'due_days'],
  drop_in_use: ['calls', 'to_share', 'due_days'],
  heavy_new_user: ['calls', 'within_days', 'due_days'],
} as const;
const RULES = Object.keys(NUMBERS) as (keyof typeof NUMBERS)[];
const EVENTS = ['opened', 'contacted', 'answered', 'closed', 'due'] as const;

type Rule = { on?: boolean; owner?: string | null } & Partial<Record<(typeof NUMBERS)[keyof typeof NUMBERS][number], number>>;

/** When follow-ups open, who is told, and what may be written. */
export function FollowUpSettingsPart() {
  const query = useQuery(followUpSettingsQuery);
  if (query.isPending) {
    return (
      <Loading>
        <Skeleton height={320} />
      </Loading>
    );
  }
  return query.data === undefined ? <ErrorState error={query.error} onRetry={() => void query.refetch()} /> : <SettingsForm kept={query.data} />;
}

function SettingsForm({ kept }: { readonly kept: FollowUpSettings }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(kept);
  const save = useChangeFollowUpSettings();
  return (
    <form
      className={classes.rules}
      aria-label={t('followUps.tab.settings')}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(draft);
      }}
    >
      <RulesPanel draft={draft} onChange={setDraft} />
      <TellPanel draft={draft} onChange={setDraft} />
      <TemplatesPanel draft={draft} onChange={setDraft} />
      <div className={pageClasses.actions}>
        <Button type="submit" look="strong" disabled={save.isPending} data-testid="followup-settings-save">
          {t('followUps.settings.save')}
        </Button>
        <span role="status">{save.isSuccess && t('followUps.settings.saved')}</span>
        <Refusal error={save.error} />
      </div>
    </form>
  );
}

interface PartProps {
  readonly draft: FollowUpSettings;
  readonly onChange: (draft: FollowUpSettings) => void;
}

function RulesPanel({ draft, onChange }: PartProps) {
  const { t } = useTranslation();
  return (
    <Panel title={t('followUps.settings.title')} testid="followup-rules">
      <div className={classes.rules}>
        {RULES.map((name) => {
          const rule: Rule = draft.rules?.[name] ?? {};
          const set = (more: Rule) => onChange({ ...draft, rules: { ...draft.rules, [name]: { ...rule, ...more } } });
          return (
            <fieldset key={name}>
              <legend>{t(`followUps.rule.${name}`)}</legend>
              <div className={form.fields}>
                <label className={classes.check}>
                  <input type="checkbox" checked={rule.on ?? true} onChange={(event) => set({ on: event.target.checked })} data-testid={`rule-${name}-on`} />
                  {t('followUps.settings.on')}
                </label>
                {NUMBERS[name].map((member) => (
                  <label key={member} className={form.label}>
                    <span>{t(`followUps.settings.${member}`)}</span>
                    <input
                      className={form.field}
                      type="number"
                      step="any"
                      value={rule[member] ?? ''}
                      onChange={(event) => set({ [member]: event.target.valueAsNumber })}
                      data-testid={`rule-${name}-${member}`}
                    />
                  </label>
                ))}
                <label className={form.label}>
                  <span>{t('followUps.field.owner')}</span>
                  <input className={form.field} value={rule.owner ?? ''} maxLength={200} onChange={(event) => set({ owner: event.target.value || null })} />
                </label>
              </div>
            </fieldset>
          );
        })}
      </div>
    </Panel>
  );
}

function TellPanel({ draft, onChange }: PartProps) {
  const { t } = useTranslation();
  const channels = useQuery(channelsQuery(false)).data?.items ?? [];
  const tell = draft.tell ?? [];
  const chosen = draft.channels ?? [];
  const toggled = <Name extends string>(list: readonly Name[], name: Name): Name[] => (list.includes(name) ? list.filter((one) => one !== name) : [...list, name]);
  return (
    <Panel title={t('followUps.settings.tell')} hint={t('followUps.settings.tellHint')} testid="followup-tell">
      <fieldset>
        <legend>{t('followUps.settings.events')}</legend>
        <div className={pageClasses.actions}>
          {EVENTS.map((event) => (
            <label key={event} className={classes.check}>
              <input type="checkbox" checked={tell.includes(event)} onChange={() => onChange({ ...draft, tell: toggled(tell, event) })} data-testid={`tell-${event}`} />
              {t(`followUps.event.${event}`)}
            </label>
          ))}
          <label className={form.label}>
            <span>{t('followUps.settings.remind')}</span>
            <input
              className={form.field}
              type="number"
              min={1}
              value={draft.remind_hours ?? ''}
              onChange={(event) => onChange({ ...draft, remind_hours: event.target.valueAsNumber })}
            />
          </label>
        </div>
      </fieldset>
      <fieldset>
        <legend>{t('followUps.settings.channels')}</legend>
        <div className={pageClasses.actions}>
          {channels.map(({ id, name }) => (
            <label key={id} className={classes.check}>
              <input type="checkbox" checked={chosen.includes(id)} onChange={() => onChange({ ...draft, channels: toggled(chosen, id) })} />
              {name}
            </label>
          ))}
          <span className={pageClasses.hint}>{t(channels.length === 0 ? 'followUps.settings.noChannels' : 'followUps.settings.allChannels')}</span>
        </div>
      </fieldset>
    </Panel>
  );
}

function TemplatesPanel({ draft, onChange }: PartProps) {
  const { t } = useTranslation();
  const templates = draft.templates ?? [];
  const set = (at: number, more: Partial<(typeof templates)[number]>) =>
    onChange({ ...draft, templates: templates.map((one, i) => (i === at ? { ...one, ...more } : one)) });
  return (
    <Panel title={t('followUps.settings.templates')} hint={t('followUps.settings.templatesHint')} testid="followup-templates">
      {templates.map((one, i) => (
        <fieldset key={i}>
          <div className={form.fields}>
            <label className={form.label}>
              <span>{t('followUps.settings.name')}</span>
              <input className={form.field} value={one.name} maxLength={100} required onChange={(event) => set(i, { name: event.target.value })} />
            </label>
            <label className={`${form.label} ${classes.wide}`}>
              <span>{t('followUps.settings.text')}</span>
              <textarea className={`${form.field} ${classes.area}`} value={one.text} required onChange={(event) => set(i, { text: event.target.value })} />
            </label>
          </div>
          <Button look="quiet" icon="close" onClick={() => onChange({ ...draft, templates: templates.filter((_, at) => at !== i) })}>
            {t('followUps.settings.removeTemplate', { name: one.name })}
          </Button>
        </fieldset>
      ))}
      <div className={pageClasses.actions}>
        <Button icon="plus" onClick={() => onChange({ ...draft, templates: [...templates, { name: '', text: '' }] })}>
          {t('followUps.settings.addTemplate')}
        </Button>
      </div>
    </Panel>
  );
}
