import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Monitor } from '@/api/alertTypes';
import { usePreview, useSaveMonitor } from '@/api/alerts';
import { catalogueQuery } from '@/api/usage';
import { Button } from '@/components/Button';
import form from '@/components/Form.module.css';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { Refusal } from '@/components/States';
import { useView } from '@/view/useView';

import { NEW, toMonitor, type Draft } from './alertCalls';
import { PreviewChart } from './PreviewChart';

const draftOf = (monitor: Monitor): Draft => ({
  name: monitor.name,
  metric: monitor.metric,
  filter: monitor.filter,
  groupBy: monitor.group_by.join(', '),
  window: monitor.window,
  op: monitor.condition.op ?? '>',
  value: String(monitor.condition.value ?? ''),
  minCalls: monitor.condition.min_calls === undefined ? '' : String(monitor.condition.min_calls),
  for: monitor.for,
  severity: monitor.severity,
});

/** A monitor as a form, and what it would have found. What the form does not show stays as it is. */
export function MonitorEditor({ monitor, onClose }: { readonly monitor: Monitor | null; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { range } = useView();
  const [draft, setDraft] = useState<Draft>(monitor === null ? NEW : draftOf(monitor));
  const save = useSaveMonitor();
  const preview = usePreview();
  const metrics = useQuery(catalogueQuery).data?.metrics.map(({ name }) => name) ?? [draft.metric];
  const offered = metrics.includes(draft.metric) ? metrics : [draft.metric, ...metrics];
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const kind = monitor?.kind ?? 'threshold';
  const label = (name: keyof Draft, content: ReactNode) => (
    <label key={name} className={form.label}>
      <span>{t(`alerts.field.${name}`)}</span>
      {content}
    </label>
  );
  const text = (name: Exclude<keyof Draft, 'op' | 'severity'>, more: React.InputHTMLAttributes<HTMLInputElement> = {}) =>
    label(
      name,
      <input className={form.field} value={draft[name]} autoComplete="off" onChange={(event) => set({ [name]: event.target.value })} data-testid={`monitor-${name}`} {...more} />,
    );
  const failed = save.error ?? preview.error;
  return (
    <Panel title={monitor === null ? t('alerts.newMonitor') : monitor.name} hint={t(`alerts.kindHint.${kind}`)} testid="monitor-editor">
      <form
        className={form.form}
        aria-label={t('alerts.edit')}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ id: monitor?.id ?? null, monitor: { ...toMonitor(draft), ...(monitor === null ? { kind } : {}) } }, { onSuccess: onClose });
        }}
      >
        <div className={form.fields}>
          {text('name', { required: true, maxLength: 200 })}
          {label(
            'metric',
            <select className={form.field} value={draft.metric} onChange={(event) => set({ metric: event.target.value })}>
              {offered.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>,
          )}
          {label(
            'op',
            <select className={form.field} value={draft.op} onChange={(event) => set({ op: event.target.value === '<' ? '<' : '>' })}>
              <option value=">">{t('alerts.above')}</option>
              <option value="<">{t('alerts.below')}</option>
            </select>,
          )}
          {text('value', { type: 'number', step: 'any', required: true })}
          {text('window', { required: true })}
          {text('for')}
          {text('groupBy', { placeholder: 'model, service' })}
          {text('filter', { placeholder: 'environment:production' })}
          {text('minCalls', { type: 'number', min: 0, step: 1 })}
          {label(
            'severity',
            <select className={form.field} value={draft.severity} onChange={(event) => set({ severity: event.target.value as Draft['severity'] })}>
              {(['info', 'warning', 'critical'] as const).map((severity) => (
                <option key={severity} value={severity}>
                  {t(`alerts.severity.${severity}`)}
                </option>
              ))}
            </select>,
          )}
        </div>
        <div className={pageClasses.actions}>
          <Button type="submit" look="strong" disabled={save.isPending} data-testid="save-monitor">
            {t('alerts.save')}
          </Button>
          <Button
            disabled={preview.isPending}
            onClick={() =>
              preview.mutate({
                monitor: { ...(monitor === null ? {} : { condition: monitor.condition, recover_for: monitor.recover_for, no_data: monitor.no_data }), kind, ...merged(monitor, draft) },
                range,
              })
            }
            data-testid="preview-monitor"
          >
            {t('alerts.preview')}
          </Button>
          <Button look="quiet" onClick={onClose}>
            {t('alerts.cancel')}
          </Button>
          <Refusal error={failed} />
        </div>
      </form>
      {preview.data !== undefined && <PreviewChart preview={preview.data} threshold={Number(draft.value)} />}
    </Panel>
  );
}

/** What was typed, over the condition that the monitor has. */
function merged(monitor: Monitor | null, draft: Draft) {
  const typed = toMonitor(draft);
  return { ...typed, condition: { ...monitor?.condition, ...typed.condition } };
}
