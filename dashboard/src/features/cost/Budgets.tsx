import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { limitsQuery } from '@/api/limits';
import { Panel } from '@/components/Panel';
import { EmptyState, Loaded } from '@/components/States';
import { ownLimits } from '@/features/limits/limitLines';
import { OwnLimits } from '@/features/limits/OwnLimits';
import { sharedSearch, useView } from '@/view/useView';

/** How much of the budgets is spent: limits of ours that are in dollars. */
export function Budgets() {
  const { t } = useTranslation();
  const view = useView();
  const query = useQuery(limitsQuery(view.live));
  const budgets = ownLimits(query.data?.items ?? []).filter((limit) => limit.of.startsWith('usd'));
  return (
    <Panel
      title={t('cost.budgets')}
      hint={t('cost.budgetsHint')}
      aside={
        <Link to="/limits" search={sharedSearch(view)}>
          {t('cost.allLimits')}
        </Link>
      }
      testid="budgets"
    >
      <Loaded query={query} height={90}>
        {() =>
          budgets.length === 0 ? (
            <EmptyState compact title={t('cost.noBudgets')} detail={t('cost.noBudgetsHow')} />
          ) : (
            <OwnLimits limits={budgets} />
          )
        }
      </Loaded>
    </Panel>
  );
}
