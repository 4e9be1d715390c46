// Small parts of a call that lists and details share.
import { useTranslation } from 'react-i18next';

import type { CallSummary } from '@/api/types';
import { Icon, type IconName } from '@/components/Icon';
import { useFormat } from '@/i18n/useFormat';

import classes from './cells.module.css';
import { barLength, timingOf } from './timing';

const STATUS_ICONS: Readonly<Record<NonNullable<CallSummary['status']>, IconName>> = {
  ok: 'check',
  error: 'error',
  cancelled: 'minus',
  interrupted: 'cut',
  blocked: 'blocked',
};

export function StatusBadge({
  status,
  httpStatus,
}: {
  readonly status: CallSummary['status'];
  readonly httpStatus: number | null;
}) {
  const { t } = useTranslation();
  if (status === null) {
    return <span className={classes.status}>{t('state.unknown')}</span>;
  }
  return (
    <span className={classes.status} data-status={status} title={t(`statusHint.${status}`)}>
      <Icon name={STATUS_ICONS[status]} size={14} />
      {t(`status.${status}`)}
      {status === 'error' && httpStatus !== null && httpStatus > 0 && (
        <span className={classes.code}>{httpStatus}</span>
      )}
    </span>
  );
}

/** How long a call took and how much of it was waiting, at a glance. Long and short calls share one logarithmic scale. */
export function TimingCell({ call }: { readonly call: Parameters<typeof timingOf>[0] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { total, waiting } = timingOf(call);
  if (total === null) {
    return <span className={classes.dim}>{format.micros(null)}</span>;
  }
  return (
    <span
      className={classes.timing}
      title={
        waiting === null ? undefined : t('calls.timing', { total: format.micros(total), ttft: format.micros(waiting) })
      }
    >
      <span className={classes.track} aria-hidden="true">
        <span className={classes.length} style={{ width: `${barLength(total) * 100}%` }}>
          <span
            className={classes.waiting}
            style={{ width: `${waiting === null ? 100 : (waiting / Math.max(1, total)) * 100}%` }}
            data-whole={waiting === null || undefined}
          />
        </span>
      </span>
      <span className={classes.duration}>{format.micros(total)}</span>
    </span>
  );
}
