import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { UserProfile } from '@/api/types';
import { usageKey } from '@/api/usage';
import { userQuery } from '@/api/users';
import { ChartCard } from '@/charts/ChartCard';
import { Legend } from '@/charts/Legend';
import type { Series } from '@/charts/plot';
import { TimeChart } from '@/charts/TimeChart';
import { BackLink } from '@/components/BackLink';
import { Button } from '@/components/Button';
import { CopyButton } from '@/components/CopyButton';
import { FactList, type Fact } from '@/components/FactList';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { EmptyState, Loaded } from '@/components/States';
import { FeedbackNotes } from '@/features/feedback/FeedbackNotes';
import { FigureStrip } from '@/features/figures/FigureStrip';
import { useFigures, useSeries } from '@/features/figures/questions';
import { TopValues } from '@/features/keys/TopValues';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useLiveRefresh } from '@/features/toolbar/useLiveRefresh';
import { useFormat } from '@/i18n/useFormat';
import { is, known } from '@/view/filters';
import { absolute } from '@/view/range';
import { callsSearch, sharedSearch, useChangeView, useView } from '@/view/useView';

import { byDay, dayBuckets, dayTime } from './days';
import { FIGURE_METRICS, oneUserFigures, segmentName } from './userFigures';
import classes from './users.module.css';

const DIMENSIONS = ['model', 'service', 'scenario', 'language', 'api_key_label', 'error_type'] as const;
/** Without a value, nobody needs an empty table of them. */
const ONLY_KNOWN: readonly string[] = ['scenario', 'language', 'error_type'];
const HISTORY_DAYS = 182;

/** One user: since when and how often, with which models, for how much, how well it went and what they said. */
export function UserDetail({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const view = useView();
  const [names, setNames] = useState(false);
  const about = [is('user', id)];
  const figures = useFigures(FIGURE_METRICS, about);
  const series = useSeries(FIGURE_METRICS, about);
  const profile = useQuery(userQuery(id, view, names));
  useLiveRefresh();
  return (
    <div className={pageClasses.page} data-testid="user-detail">
      <BackLink above to="/users" testid="user-back">
        {t('users.back')}
      </BackLink>
      <PageHeader
        title={t('users.one', { user: profile.data?.name ?? id })}
        onRefresh={() => void client.invalidateQueries({ queryKey: usageKey() })}
        refreshing={figures.now.isPlaceholderData}
        stale={figures.now.isRefetchError}
      />
      <Loaded query={profile} height={60} page>
        {(data) => (
          <Facts id={id} profile={data} names={names} onNames={() => setNames(!names)} />
        )}
      </Loaded>
      {profile.data !== undefined && (
        <>
          <FigureStrip figures={figures} series={series} make={oneUserFigures} about={about} />
          <h2 className="sr-only">{t('chart.heading')}</h2>
          <DaysCard query={profile} id={id} />
          <div className={pageClasses.two}>
            {DIMENSIONS.map((dimension) => (
              <TopValues key={dimension} dimension={dimension} about={ONLY_KNOWN.includes(dimension) ? [...about, known(dimension)] : about} />
            ))}
          </div>
          <Panel title={t('users.said')} testid="user-feedback">
            {profile.data.feedback.length === 0 ? (
              <EmptyState compact title={t('users.saidNothing')} />
            ) : (
              <FeedbackNotes all={profile.data.feedback} isOfRun />
            )}
          </Panel>
        </>
      )}
    </div>
  );
}

interface FactsProps {
  readonly id: string;
  readonly profile: UserProfile;
  readonly names: boolean;
  readonly onNames: () => void;
}

function Facts({ id, profile, names, onNames }: FactsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const facts: readonly Fact[] = [
    [
      t('users.column.user'),
      <>
        <code>{profile.user}</code>
        <CopyButton text={profile.user} what={t('users.copy')} />
        <Button look="quiet" pressed={names} hint={t('users.namesHint')} onClick={onNames} data-testid="show-name">
          {t(names ? 'users.hideNames' : 'users.showNames')}
        </Button>
      </>,
    ],
    [
      t('users.column.segment'),
      <span key="segment" className={classes.segment} data-segment={profile.segment ?? undefined} data-testid="user-segment">
        {segmentName(t, profile.segment)}
      </span>,
    ],
    [t('users.column.first'), profile.first_day === null ? t('users.column.before') : format.day(dayTime(profile.first_day))],
    [t('users.column.last'), profile.last_day === null ? '–' : format.day(dayTime(profile.last_day))],
    [t('users.column.days'), format.integer(profile.active_days)],
    [
      t('users.toSessions'),
      <Link key="sessions" to="/sessions" search={{ ...sharedSearch(view), filter: [`user:${id}`] }} className={pageClasses.number} data-testid="user-sessions">
        {format.integer(profile.sessions)}
      </Link>,
    ],
  ];
  return <FactList facts={facts} />;
}

function DaysCard({ query, id }: { readonly query: UseQueryResult<UserProfile>; readonly id: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const change = useChangeView();
  const navigate = useNavigate();
  const [highlight, setHighlight] = useState<string | null>(null);
  const days = query.data?.days ?? [];
  const last = query.data === undefined ? 0 : dayTime(new Date(Date.parse(query.data.to) - 1).toISOString().slice(0, 10));
  const buckets = dayBuckets(last, HISTORY_DAYS);
  const series: readonly Series[] = [
    { key: 'ok', name: t('users.ok'), color: 'series-1', values: byDay(days, buckets, (day) => day.calls - day.errors) },
    { key: 'errors', name: t('status.error'), color: 'series-4', values: byDay(days, buckets, (day) => day.errors) },
  ];
  return (
    <ChartCard
      title={t('users.perDay')}
      query={query}
      empty={days.length === 0}
      testid="user-days"
      legend={<Legend onHighlight={setHighlight} items={series.map(({ key, name, color }) => ({ key, name, color }))} />}
      rows={() => ({
        head: [t('chart.time'), t('breakdown.requests'), t('status.error'), t('breakdown.cost')],
        rows: days.toReversed().map((day) => ({
          key: day.day,
          cells: [format.day(dayTime(day.day)), format.integer(day.calls), format.integer(day.errors), format.usd(day.cost_usd)],
        })),
      })}
    >
      <TimeChart
        label={t('users.perDayLabel', { max: format.integer(Math.max(0, ...days.map(({ calls }) => calls))) })}
        totalName={t('chart.total')}
        buckets={buckets}
        series={series}
        kind="bars"
        write={format.compact}
        leastStep={1}
        highlight={highlight}
        onPick={(from, to) => void navigate({ to: '/calls', search: callsSearch(view, [is('user', id)], absolute(from, to)) })}
        onZoom={(from, to) => change({ range: absolute(from, to) })}
      />
    </ChartCard>
  );
}
