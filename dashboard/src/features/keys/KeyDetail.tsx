import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { api } from '@/api/client';
import { fingerprintOf, keysQuery } from '@/api/keys';
import { onlyRow, usageKey } from '@/api/usage';
import { BackLink } from '@/components/BackLink';
import factList from '@/components/Facts.module.css';
import { CopyButton } from '@/components/CopyButton';
import pageClasses from '@/components/Page.module.css';
import { FigureStrip } from '@/features/figures/FigureStrip';
import { NothingHere } from '@/features/figures/NothingHere';
import { useFigures, useSeries } from '@/features/figures/questions';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useKeyLabels } from '@/features/toolbar/useKeyLabels';
import { useLiveRefresh } from '@/features/toolbar/useLiveRefresh';
import { useFormat } from '@/i18n/useFormat';
import { is, known } from '@/view/filters';

import { FIGURE_METRICS, oneKeyFigures } from './keyFigures';
import classes from './keys.module.css';
import { LimitsOfKey } from './LimitsOfKey';
import { TopValues } from './TopValues';
import { useSeen } from './useKeyUse';

/** What a key is used for, and by whom. */
const DIMENSIONS = ['service', 'team', 'user', 'model', 'client_ip', 'user_agent', 'endpoint', 'error_type'] as const;
const EVER = { from: '-365d', to: 'now' } as const;

/** One key: who uses it, from where and for what, since when, and what it cost. */
export function KeyDetail({ fingerprint }: { readonly fingerprint: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const about = [is('api_key', fingerprint)];
  const figures = useFigures(FIGURE_METRICS, about);
  const series = useSeries(FIGURE_METRICS, about);
  const labels = useKeyLabels(true);
  const issued = useQuery(keysQuery).data?.find((key) => fingerprintOf(key) === fingerprint);
  useLiveRefresh();
  return (
    <div className={pageClasses.page} data-testid="key-detail">
      <BackLink above to="/keys" testid="key-back">
        {t('apiKeys.back')}
      </BackLink>
      <PageHeader
        title={issued?.name ?? labels.get(fingerprint) ?? t('dim.api_key')}
        onRefresh={() => void client.invalidateQueries({ queryKey: usageKey() })}
        refreshing={figures.now.isPlaceholderData}
        stale={figures.now.isRefetchError}
      />
      <dl className={factList.facts}>
        <div>
          <dt>{t('apiKeys.fingerprint')}</dt>
          <dd>
            <code>{fingerprint}</code>
            <CopyButton text={fingerprint} what={t('apiKeys.fingerprint')} />
          </dd>
        </div>
        <Seen fingerprint={fingerprint} />
        {issued !== undefined && (
          <>
            <div>
              <dt>{t('apiKeys.column.state')}</dt>
              <dd className={classes.state} data-state={issued.state}>
                {t(`apiKeys.state.${issued.state}`)}
              </dd>
            </div>
            <div>
              <dt>{t('apiKeys.column.owner')}</dt>
              <dd>{[issued.owner, issued.team, issued.service].filter(Boolean).join(' · ') || '–'}</dd>
            </div>
            <div>
              <dt>{t('apiKeys.column.limits')}</dt>
              <dd>
                <LimitsOfKey of={issued} />
              </dd>
            </div>
          </>
        )}
      </dl>
      <FigureStrip figures={figures} series={series} make={oneKeyFigures} about={about} />
      {onlyRow(figures.now.data).calls === 0 ? (
        <NothingHere />
      ) : (
        <div className={pageClasses.two}>
          {DIMENSIONS.map((dimension) => (
            <TopValues key={dimension} dimension={dimension} about={dimension === 'error_type' ? [...about, known('error_type')] : about} />
          ))}
        </div>
      )}
    </div>
  );
}

function Seen({ fingerprint }: { readonly fingerprint: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const first = useSeen()?.get(fingerprint)?.first;
  const newest = useQuery({
    queryKey: [...usageKey('slow'), 'last-call', fingerprint],
    queryFn: ({ signal }) => api.calls({ ...EVER, filter: [`api_key:${fingerprint}`], limit: 1 }, signal),
  });
  const last = newest.data?.items[0];
  return (
    <>
      <div>
        <dt>{t('apiKeys.column.first')}</dt>
        <dd>{first === undefined ? '–' : format.day(first)}</dd>
      </div>
      <div>
        <dt>{t('apiKeys.column.last')}</dt>
        <dd>
          {last === undefined ? (
            '–'
          ) : (
            <Link to="/calls" search={{ filter: [`api_key:${fingerprint}`], call: last.call_id }} className={pageClasses.number} data-testid="last-call">
              {format.dateTime(last.started_at === null ? null : Date.parse(last.started_at))}
            </Link>
          )}
        </dd>
      </div>
    </>
  );
}
