import { useTranslation } from 'react-i18next';

import type { SessionSummary } from '@/api/types';
import { Icon } from '@/components/Icon';

import classes from './sessions.module.css';

/** How a conversation ended: what its user said of it, or that it was left without an answer. */
export function Outcome({ session }: { readonly session: Pick<SessionSummary, 'outcome' | 'abandoned'> }) {
  const { t } = useTranslation();
  const { outcome, abandoned } = session;
  if (outcome === null && !abandoned) {
    return null;
  }
  return (
    <span className={classes.outcomes}>
      {outcome !== null && (
        <span className={classes.outcome} data-outcome={outcome}>
          <Icon name={outcome === 'positive' ? 'thumbUp' : 'thumbDown'} size={14} />
          {t(`sessions.outcome.${outcome}`)}
        </span>
      )}
      {abandoned && (
        <span className={classes.outcome} data-outcome="abandoned" title={t('sessions.abandonedHint')}>
          <Icon name="cut" size={14} />
          {t('sessions.abandoned')}
        </span>
      )}
    </span>
  );
}
