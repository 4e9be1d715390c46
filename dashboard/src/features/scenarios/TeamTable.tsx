import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { asNumber, asText, usageQuery } from '@/api/usage';
import { DataTable } from '@/charts/DataTable';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { EmptyState, Loaded } from '@/components/States';
import { ratio } from '@/features/figures/figure';
import { valueName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';
import { groupFilter } from '@/view/filters';
import { callsSearch, useView } from '@/view/useView';

import { mixByTeam } from './mixByTeam';

/** More columns do not fit. */
const SHOWN = 4;
const TEAMS = 30;

/** What each team uses models for: its requests, and the share of its largest scenarios. */
export function TeamTable() {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const query = useQuery(
    usageQuery('slow', { metrics: ['calls'], range: view.range, filters: view.filters, groupBy: ['team', 'scenario'], orderBy: '-calls', limit: 2_000 }),
  );
  const teams = mixByTeam((query.data?.rows ?? []).map((row) => ({ team: asText(row[0]), scenario: asText(row[1]), calls: asNumber(row[2]) ?? 0 })));
  const title = t('scenarios.byTeam');
  return (
    <Panel title={title} testid="scenarios-by-team">
      <Loaded query={query} height={160}>
        {() =>
          teams.length === 0 ? (
            <EmptyState compact title={t('state.noData')} />
          ) : (
            <div className={pageClasses.table}>
              <DataTable
                cards
                caption={title}
                head={[t('dim.team'), t('breakdown.requests'), ...Array.from({ length: SHOWN }, (_, i) => t('scenarios.rank', { rank: format.integer(i + 1) }))]}
                rows={teams.slice(0, TEAMS).map(({ team, calls, scenarios }) => ({
                  key: String(team),
                  cells: [
                    valueName(t, 'team', team),
                    <Link key="calls" to="/calls" search={callsSearch(view, [groupFilter('team', team)])} className={pageClasses.number}>
                      {format.integer(calls)}
                    </Link>,
                    ...Array.from({ length: SHOWN }, (_, i) => {
                      const one = scenarios[i];
                      return one === undefined ? (
                        ''
                      ) : (
                        <Link
                          key={one.scenario}
                          to="/calls"
                          search={callsSearch(view, [groupFilter('team', team), groupFilter('scenario', one.scenario)])}
                          className={pageClasses.number}
                        >
                          {`${valueName(t, 'scenario', one.scenario)} ${format.percent(ratio(one.calls, calls))}`}
                        </Link>
                      );
                    }),
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
