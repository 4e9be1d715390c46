import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { slowQuery, type SlowGroup } from '@/api/analysis';
import { DataTable } from '@/charts/DataTable';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { EmptyState, Loaded } from '@/components/States';
import { dimensionName, valueName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';
import { parseFilter, type Filter } from '@/view/filters';
import { callsSearch, useView } from '@/view/useView';

import { slower } from './performanceFigures';

type Slow = 'latency' | 'ttft' | 'tpot';

/** What slow calls have in common that others lack: the most telling first. */
export function SlowCallsPanel({ measure }: { readonly measure: Slow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const query = useQuery(slowQuery(`${measure}_ms`, view.range, view.filters));
  const threshold = query.data?.threshold_ms ?? null;
  const head = ['what', 'calls', 'slow', 'share', 'support', 'lift', 'excess'] as const;
  const isSlow = slower(`${measure}_us`, threshold);
  const name = ({ key }: SlowGroup): string =>
    key.map(({ dimension, value }) => `${dimensionName(t, dimension)}: ${valueName(t, dimension, value)}`).join(', ');
  const link = (group: SlowGroup, text: string, more: readonly Filter[] = []) => {
    const own = group.filter.map(parseFilter).filter((filter): filter is Filter => filter !== null);
    return (
      <Link to="/calls" search={callsSearch(view, [...own, ...more])} className={pageClasses.number}>
        {text}
      </Link>
    );
  };
  return (
    <Panel
      title={t('performance.common')}
      hint={threshold === null ? undefined : t('performance.commonHint', { threshold: format.duration(threshold), slow: format.integer(query.data?.slow_calls), calls: format.integer(query.data?.calls) })}
      testid="slow-calls"
    >
      <Loaded query={query} height={200}>
        {(data) =>
          data.items.length === 0 ? (
            <EmptyState compact title={t('performance.nothingCommon')} />
          ) : (
            <div className={pageClasses.table}>
              <DataTable
                cards
                caption={t('performance.common')}
                head={head.map((column) => t(`performance.slow.${column}`))}
                rows={data.items.map((group) => ({
                  key: JSON.stringify(group.key),
                  cells: [
                    name(group),
                    link(group, format.integer(group.calls)),
                    link(group, format.integer(group.slow_calls), isSlow),
                    format.percent(group.slow_share),
                    format.percent(group.support),
                    group.lift === null ? '–' : t('performance.times', { lift: format.rate(group.lift), low: format.rate(group.lift_low), high: format.rate(group.lift_high) }),
                    format.compact(group.excess),
                  ],
                }))}
              />
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
}
