import { useTranslation } from 'react-i18next';

import type { Limit } from '@/api/types';
import { DataTable } from '@/charts/DataTable';
import { useFormat } from '@/i18n/useFormat';

import { Gauge } from './Gauge';
import classes from './limits.module.css';

/** Limits of the settings and of Sightglass keys. */
export function OwnLimits({ limits }: { readonly limits: readonly Limit[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const head = ['name', 'subject', 'of', 'mode', 'used', 'resets', 'refused'] as const;
  return (
    <div className={classes.table}>
      <DataTable
        cards
        caption={t('limits.own')}
        texts={4}
        head={head.map((column) => t(`limits.column.${column}`))}
        rows={limits.map((limit: Limit) => ({
          key: [limit.name, limit.subject, limit.of].join('\n'),
          cells: [
            limit.name ?? '–',
            limit.subject ?? t('limits.everyone'),
            t(`limits.of.${limit.of}`),
            t(limit.mode === 'shadow' ? 'limits.shadow' : 'limits.enforce'),
            <Gauge key="used" limit={limit} name={t('limits.column.used')} />,
            limit.reset_s === null ? '–' : format.duration(limit.reset_s * 1_000),
            format.integer(limit.refused),
          ],
        }))}
      />
    </div>
  );
}
