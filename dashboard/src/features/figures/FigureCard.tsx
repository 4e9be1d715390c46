import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { Sparkline } from '@/charts/Sparkline';
import { Icon } from '@/components/Icon';
import { Skeleton } from '@/components/States';
import { useFormat } from '@/i18n/useFormat';
import type { ViewSearch } from '@/view/search';

import { deltaOf, MANIFOLD, type Delta } from './delta';
import { isAmount, type Figure } from './figure';
import classes from './figures.module.css';

interface Props {
  readonly figure: Figure;
  readonly loading: boolean;
  readonly now: number | null;
  readonly before: number | null;
  readonly compared: boolean;
  readonly trend: readonly (number | null)[];
  readonly search: ViewSearch;
}

export function FigureCard({ figure, loading, now, before, compared, trend, search }: Props) {
  const { t } = useTranslation();
  if (loading) {
    return (
      <div className={classes.card} role="status" aria-label={t('app.loading')}>
        <span className={classes.name}>{figure.name}</span>
        <Skeleton height={34} width="60%" />
        <Skeleton height={16} width="80%" />
        <span className={classes.glass} />
      </div>
    );
  }
  return (
    <Link to="/calls" search={search} className={classes.card} data-testid={`kpi-${figure.metric}`} data-value={now ?? ''}>
      <span className={classes.name}>{figure.name}</span>
      <span className={classes.value} data-testid={`kpi-${figure.metric}-value`}>
        {figure.write(now)}
      </span>
      <Change figure={figure} delta={deltaOf(now, before, figure.meaning)} before={before} compared={compared} />
      <span className={classes.details}>{figure.details.join(' · ')}</span>
      <Trend figure={figure} values={trend} />
      <span className="sr-only">{figure.hint}</span>
    </Link>
  );
}

const ICONS = { up: 'arrowUp', down: 'arrowDown', same: 'equal' } as const;

function Change({
  figure,
  delta,
  before,
  compared,
}: {
  readonly figure: Figure;
  readonly delta: Delta;
  readonly before: number | null;
  readonly compared: boolean;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!compared || delta.ratio === null) {
    return <span className={classes.change}>{compared ? t('kpi.noBefore') : ' '}</span>;
  }
  const change = format.percent(Number(Math.abs(delta.ratio).toPrecision(2)));
  const text =
    delta.direction === 'same'
      ? t('kpi.same')
      : delta.ratio >= MANIFOLD
        ? t('kpi.manifold', { factor: format.rate(delta.ratio + 1) })
        : delta.direction === 'up'
          ? t(isAmount(figure.metric) ? 'kpi.more' : 'kpi.higher', { change })
          : t(isAmount(figure.metric) ? 'kpi.less' : 'kpi.lower', { change });
  return (
    <span className={classes.change} data-verdict={delta.verdict} title={t('kpi.before', { value: figure.write(before) })}>
      <Icon name={ICONS[delta.direction]} size={14} />
      {text}
      {delta.verdict !== 'neutral' && <span className="sr-only">, {t(`kpi.${delta.verdict}`)}</span>}
    </span>
  );
}

function Trend({ figure, values }: { readonly figure: Figure; readonly values: readonly (number | null)[] }) {
  const { t } = useTranslation();
  const known = values.filter((value) => value !== null);
  return (
    <span className={classes.glass}>
      <Sparkline values={values} tone={figure.tone} />
      {known.length > 0 && (
        <span className="sr-only">
          {t('kpi.trend', {
            min: figure.write(Math.min(...known)),
            max: figure.write(Math.max(...known)),
            last: figure.write(known.at(-1) ?? null),
          })}
        </span>
      )}
    </span>
  );
}
