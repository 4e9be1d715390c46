import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { onlyRow, usageQuery } from '@/api/usage';
import { Panel } from '@/components/Panel';
import { ErrorState, Loading, Skeleton } from '@/components/States';
import { ratio } from '@/features/figures/figure';
import { narrowed } from '@/features/figures/questions';
import { useFormat } from '@/i18n/useFormat';
import { known } from '@/view/filters';
import { callsSearch, useView } from '@/view/useView';

import classes from './cost.module.css';

const UNITS = [
  { unit: 'users', field: 'user' },
  { unit: 'sessions', field: 'session_id' },
  { unit: 'keys', field: 'api_key' },
] as const;

/** What one user, one conversation and one key cost on average: of the calls that name them. */
export function UnitCosts() {
  const { t } = useTranslation();
  return (
    <Panel title={t('cost.units')} hint={t('cost.unitsHint')} testid="unit-costs">
      <div className={classes.units}>
        {UNITS.map((one) => (
          <Unit key={one.unit} {...one} />
        ))}
      </div>
    </Panel>
  );
}

function Unit({ unit, field }: (typeof UNITS)[number]) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const about = [known(field)];
  const query = useQuery(
    usageQuery('slow', { metrics: ['cost_usd', unit], range: view.range, filters: narrowed(view.filters, about) }),
  );
  if (query.data === undefined) {
    return query.error === null ? (
      <Loading>
        <Skeleton height={72} />
      </Loading>
    ) : (
      <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
    );
  }
  const figures = onlyRow(query.data);
  return (
    <Link to="/calls" search={callsSearch(view, about)} className={classes.unit} data-testid={`unit-${unit}`}>
      <span className={classes.unitName}>{t(`cost.per.${unit}`)}</span>
      <strong className={classes.unitValue}>{format.usd(ratio(figures.cost_usd, figures[unit]))}</strong>
      <span className={classes.unitName}>
        {t(`cost.of.${unit}`, { value: format.compact(figures[unit]), cost: format.usd(figures.cost_usd) })}
      </span>
    </Link>
  );
}
