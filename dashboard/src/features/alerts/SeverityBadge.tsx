import { useTranslation } from 'react-i18next';

import type { Severity } from '@/api/alertTypes';
import { Icon } from '@/components/Icon';

import classes from './alerts.module.css';

/** How grave it is, as a sign with its word. */
export function SeverityBadge({ severity }: { readonly severity: Severity }) {
  const { t } = useTranslation();
  return (
    <span className={classes.severity} data-severity={severity}>
      <Icon name={severity === 'info' ? 'dots' : 'error'} size={14} />
      {t(`alerts.severity.${severity}`)}
    </span>
  );
}
