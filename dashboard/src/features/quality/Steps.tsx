import { useTranslation } from 'react-i18next';

import type { QualityReport } from '@/api/types';
import { DataTable } from '@/charts/DataTable';
import { sourceName, stepName } from '@/i18n/names';

import { CallsLink } from './CallsLink';
import classes from './quality.module.css';

/** How many calls each step changed. */
export function Steps({ report }: { readonly report: QualityReport }) {
  const { t } = useTranslation();
  return (
    <section className={classes.section} aria-label={t('quality.steps')} data-testid="quality-steps">
      <h2 className={classes.heading}>{t('quality.steps')}</h2>
      <p className={classes.hint}>{t('quality.stepsHint')}</p>
      {report.steps.length === 0 ? (
        <p role="status">{t('quality.noSteps')}</p>
      ) : (
        <div className={`${classes.table} ${classes.texts} ${classes.counts}`}>
          <DataTable
            caption={t('quality.steps')}
            head={[t('quality.column.step'), t('quality.column.source'), t('quality.column.calls')]}
            rows={report.steps.map(({ source, step, calls, filters }) => ({
              key: `${source ?? ''} ${step}`,
              cells: [
                stepName(t, step),
                source === null ? t('state.unknown') : sourceName(t, source),
                <CallsLink
                  key="calls"
                  count={calls}
                  filters={[source === null ? '-source:*' : `source:${source}`, ...filters]}
                />,
              ],
            }))}
          />
        </div>
      )}
    </section>
  );
}
