import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { Limit } from '@/api/types';
import { DataTable } from '@/charts/DataTable';
import { useKeyLabels } from '@/features/toolbar/useKeyLabels';
import { useFormat } from '@/i18n/useFormat';
import { groupFilter, type Filter } from '@/view/filters';
import { onlyCallsSearch } from '@/view/useView';

import { Gauge } from './Gauge';
import { minutesLeft, type ProviderLimit } from './limitLines';
import classes from './limits.module.css';

const LAST_MINUTES = { from: '-15m', to: 'now' };

const filtersOf = (line: ProviderLimit): Filter[] =>
  (['provider', 'organization', 'model'] as const)
    .map((name) => groupFilter(name, line[name]))
    .concat(
      line.upstreamKey === null ? groupFilter('api_key', line.apiKey) : groupFilter('upstream_key', line.upstreamKey),
    );

/** What providers said in the headers of their answers, by organisation, model and key. */
export function ProviderLimits({ lines }: { readonly lines: readonly ProviderLimit[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useKeyLabels(true);
  const head = ['model', 'organization', 'key', 'requests', 'requestsLeft', 'tokens', 'tokensLeft', 'ends'] as const;
  const left = (line: ProviderLimit, limit: Limit | null) => (
    <Link to="/calls" search={onlyCallsSearch(LAST_MINUTES, filtersOf(line))} className={classes.number}>
      {limit === null ? '–' : format.compact(limit.remaining)}
    </Link>
  );
  return (
    <div className={classes.table}>
      <DataTable
        cards
        caption={t('limits.provider')}
        texts={3}
        head={head.map((column) => t(`limits.column.${column}`))}
        rows={lines.map((line) => ({
          key: line.key,
          cells: [
            <Link
              key="model"
              to="/calls"
              search={onlyCallsSearch(LAST_MINUTES, filtersOf(line))}
              className={classes.number}
              data-testid="limit-calls"
            >
              {line.model ?? t('state.unknown')}
            </Link>,
            line.organization ?? t('state.unknown'),
            line.upstreamKey ?? labels.get(line.apiKey ?? '') ?? line.apiKey ?? t('state.unknown'),
            <Gauge key="requests" limit={line.requests} name={t('limits.column.requests')} />,
            left(line, line.requests),
            <Gauge key="tokens" limit={line.tokens} name={t('limits.column.tokens')} />,
            left(line, line.tokens),
            <Ends key="ends" line={line} />,
          ],
        }))}
      />
    </div>
  );
}

function Ends({ line }: { readonly line: ProviderLimit }) {
  const { t } = useTranslation();
  const format = useFormat();
  const minutes = minutesLeft(line);
  return minutes === Infinity ? (
    <span className={classes.quiet}>{t('limits.notReached')}</span>
  ) : (
    <strong className={classes.ending}>{format.duration(minutes * 60_000)}</strong>
  );
}
