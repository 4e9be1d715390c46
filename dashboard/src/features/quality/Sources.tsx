import { useTranslation } from 'react-i18next';

import type { QualityReport } from '@/api/types';
import { DataTable } from '@/charts/DataTable';
import { sourceName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';

import { CallsLink } from './CallsLink';
import classes from './quality.module.css';

const KINDS = ['duplicate', 'joined', 'repaired', 'estimated', 'unpriced', 'incomplete', 'rejected'] as const;

/** A row a source, a column a kind. */
export function Sources({ report }: { readonly report: QualityReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const filtersOf = new Map(report.kinds.map((kind) => [kind.kind as string, kind.filters]));
  return (
    <section className={classes.section} aria-label={t('quality.sources')} data-testid="quality-sources">
      <h2 className={classes.heading}>{t('quality.sources')}</h2>
      <div className={classes.table}>
        <DataTable
          caption={t('quality.sources')}
          head={[t('quality.column.source'), t('quality.column.calls'), ...KINDS.map((kind) => t(`quality.kind.${kind}`))]}
          rows={report.sources.map((row) => {
            const own = row.source === null ? '-source:*' : `source:${row.source}`;
            return {
              key: row.source ?? '',
              cells: [
                row.source === null ? t('state.unknown') : sourceName(t, row.source),
                <CallsLink key="calls" count={row.calls} filters={[own]} />,
                ...KINDS.map((kind) => {
                  const filters = filtersOf.get(kind) ?? [];
                  return filters.length === 0 ? (
                    format.integer(row[kind])
                  ) : (
                    <CallsLink key={kind} count={row[kind]} filters={[own, ...filters]} />
                  );
                }),
              ],
            };
          })}
        />
      </div>
    </section>
  );
}
