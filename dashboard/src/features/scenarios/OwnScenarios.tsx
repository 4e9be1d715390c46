import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { scenariosQuery, useChangeScenarios, useTryScenario, type Scenario } from '@/api/scenarios';
import { DataTable } from '@/charts/DataTable';
import { Button } from '@/components/Button';
import form from '@/components/Form.module.css';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { EmptyState, Loaded, Refusal } from '@/components/States';
import { valueName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';

import classes from './scenarios.module.css';

/** Scenarios of one's own: made, changed and removed; and a text to try them on. */
export function OwnScenarios() {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useQuery(scenariosQuery);
  const changes = useChangeScenarios();
  const [edited, setEdited] = useState<Scenario | 'new' | null>(null);
  const own = (query.data?.items ?? []).filter((scenario) => scenario.own);
  const title = t('scenarios.own');
  return (
    <Panel title={title} hint={t('scenarios.ownHint')} testid="own-scenarios">
      <Loaded query={query} height={80}>
        {() =>
          own.length === 0 ? (
            edited === null && <EmptyState compact title={t('scenarios.noOwn')} />
          ) : (
            <div className={pageClasses.table}>
              <DataTable
                cards
                caption={title}
                texts={2}
                head={[t('scenarios.field.name'), t('scenarios.field.description'), t('scenarios.field.examples'), t('scenarios.actions')]}
                rows={own.map((scenario) => ({
                  key: scenario.id ?? scenario.name,
                  cells: [
                    scenario.name,
                    scenario.description === '' ? '–' : scenario.description,
                    format.integer(scenario.examples.length),
                    <span key="actions" className={classes.rowActions}>
                      <Button look="quiet" onClick={() => setEdited(scenario)} data-testid="edit-scenario">
                        {t('scenarios.edit')}
                      </Button>
                      <Button
                        look="quiet"
                        disabled={changes.isPending}
                        onClick={() => changes.mutate({ kind: 'remove', id: scenario.id ?? '' })}
                        data-testid="remove-scenario"
                      >
                        {t('scenarios.remove')}
                      </Button>
                    </span>,
                  ],
                }))}
              />
            </div>
          )
        }
      </Loaded>
      <Refusal error={changes.error} />
      {edited === null ? (
        <div className={pageClasses.actions}>
          <Button icon="plus" onClick={() => setEdited('new')} data-testid="new-scenario">
            {t('scenarios.new')}
          </Button>
        </div>
      ) : (
        <ScenarioForm
          key={edited === 'new' ? '' : edited.id}
          scenario={edited === 'new' ? null : edited}
          changes={changes}
          onDone={() => setEdited(null)}
        />
      )}
      <TryForm />
    </Panel>
  );
}

interface FormProps {
  readonly scenario: Scenario | null;
  readonly changes: ReturnType<typeof useChangeScenarios>;
  readonly onDone: () => void;
}

function ScenarioForm({ scenario, changes, onDone }: FormProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(scenario?.name ?? '');
  const [description, setDescription] = useState(scenario?.description ?? '');
  const [examples, setExamples] = useState((scenario?.examples ?? []).join('\n'));
  const lines = examples.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const id = scenario?.id ?? null;
  return (
    <form
      className={form.form}
      aria-label={t(id === null ? 'scenarios.new' : 'scenarios.edit')}
      onSubmit={(event) => {
        event.preventDefault();
        const wish = { name: name.trim(), description: description.trim(), examples: lines };
        changes.mutate(id === null ? { kind: 'make', scenario: wish } : { kind: 'change', id, scenario: wish }, { onSuccess: onDone });
      }}
    >
      <div className={form.fields}>
        <label className={form.label}>
          <span>{t('scenarios.field.name')}</span>
          <input className={form.field} value={name} maxLength={80} required onChange={(event) => setName(event.target.value)} data-testid="scenario-name" />
        </label>
        <label className={form.label}>
          <span>{t('scenarios.field.description')}</span>
          <input className={form.field} value={description} maxLength={500} onChange={(event) => setDescription(event.target.value)} data-testid="scenario-description" />
        </label>
      </div>
      <label className={form.label}>
        <span>{t('scenarios.exampleLines')}</span>
        <textarea
          className={`${form.field} ${classes.examples}`}
          rows={8}
          value={examples}
          onChange={(event) => setExamples(event.target.value)}
          data-testid="scenario-examples"
        />
      </label>
      <div className={pageClasses.actions}>
        <Button
          type="submit"
          look="strong"
          disabled={changes.isPending || name.trim() === '' || (lines.length === 0 && description.trim() === '')}
          data-testid="save-scenario"
        >
          {t('scenarios.save')}
        </Button>
        <Button look="quiet" onClick={onDone}>
          {t('scenarios.cancel')}
        </Button>
      </div>
    </form>
  );
}

function TryForm() {
  const { t } = useTranslation();
  const format = useFormat();
  const [text, setText] = useState('');
  const trial = useTryScenario();
  return (
    <form
      className={form.form}
      aria-label={t('scenarios.try')}
      onSubmit={(event) => {
        event.preventDefault();
        trial.mutate(text);
      }}
    >
      <label className={form.label}>
        <span>{t('scenarios.tryLabel')}</span>
        <input className={form.field} value={text} maxLength={2_000} onChange={(event) => setText(event.target.value)} data-testid="try-text" />
      </label>
      <div className={pageClasses.actions}>
        <Button type="submit" disabled={trial.isPending || text.trim() === ''} data-testid="try-scenario">
          {t('scenarios.try')}
        </Button>
        <span role="status" data-testid="try-outcome">
          {trial.data !== undefined &&
            t('scenarios.outcome', { name: valueName(t, 'scenario', trial.data.scenario), value: format.percent(trial.data.confidence) })}
        </span>
        <Refusal error={trial.error} />
      </div>
    </form>
  );
}
