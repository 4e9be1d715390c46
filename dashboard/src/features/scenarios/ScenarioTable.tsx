import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { usageQuery } from '@/api/usage';
import { DataTable } from '@/charts/DataTable';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { EmptyState, Loaded } from '@/components/States';
import { FAILED, ratio } from '@/features/figures/figure';
import { groupRows } from '@/features/figures/groupRows';
import { valueName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';
import { atLeast, groupFilter, type Filter } from '@/view/filters';
import { callsSearch, useView } from '@/view/useView';

import { bestModels, type BestModel } from './bestModel';

const METRICS = ['calls', 'cost_usd', 'latency_p95_ms', 'error_rate', 'session_length_avg_s', 'session_turns_avg', 'satisfaction_rate'] as const;
const COLUMNS = ['requests', 'share', 'cost', 'p95', 'errorRate'] as const;
const MORE = ['sessionLength', 'turns', 'satisfaction', 'best'] as const;
const MS = 1_000;

/** Each scenario with its figures, the largest first. */
export function ScenarioTable() {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const about = { range: view.range, filters: view.filters };
  const query = useQuery(usageQuery('slow', { ...about, metrics: METRICS, groupBy: ['scenario'], orderBy: '-calls', limit: 100 }));
  const models = useQuery(
    usageQuery('slow', {
      ...about,
      metrics: ['satisfaction_rate', 'feedback_count', 'cost_per_call_usd'],
      groupBy: ['scenario', 'model'],
      limit: 2_000,
    }),
  );
  const best: ReadonlyMap<string | null, BestModel> = models.data === undefined ? new Map() : bestModels(models.data);
  const rows = query.data === undefined ? [] : groupRows(query.data, 1);
  const all = rows.reduce((total, { figures }) => total + (figures.calls ?? 0), 0);
  const title = t('scenarios.each');
  return (
    <Panel title={title} hint={t('scenarios.eachHint')} testid="scenario-figures">
      <Loaded query={query} height={240}>
        {() =>
          rows.length === 0 ? (
            <EmptyState compact title={t('state.noData')} />
          ) : (
            <div className={pageClasses.table}>
              <DataTable
                cards
                caption={title}
                head={[
                  t('dim.scenario'),
                  ...COLUMNS.map((column) => t(`breakdown.${column}`)),
                  ...MORE.map((column) => t(`scenarios.column.${column}`)),
                ]}
                rows={rows.map(({ value, figures }) => {
                  const calls = (text: string, more: readonly Filter[] = []) => (
                    <Link to="/calls" search={callsSearch(view, [groupFilter('scenario', value), ...more])} className={pageClasses.number}>
                      {text}
                    </Link>
                  );
                  const model = best.get(value);
                  const seconds = figures.session_length_avg_s ?? null;
                  return {
                    key: String(value),
                    cells: [
                      valueName(t, 'scenario', value),
                      calls(format.integer(figures.calls)),
                      format.percent(ratio(figures.calls, all)),
                      calls(format.usd(figures.cost_usd), [atLeast('cost_nano_usd', 0)]),
                      format.duration(figures.latency_p95_ms),
                      calls(format.percent(figures.error_rate), FAILED),
                      format.duration(seconds === null ? null : seconds * MS),
                      format.compact(figures.session_turns_avg),
                      format.percent(figures.satisfaction_rate),
                      model === undefined ? '–' : (
                        <span title={t('scenarios.bestHint', { satisfaction: format.percent(model.satisfaction), cost: format.usd(model.cost) })}>
                          {model.model}
                        </span>
                      ),
                    ],
                  };
                })}
              />
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
}
