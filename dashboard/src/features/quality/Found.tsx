import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { QualityReport } from '@/api/types';
import { DataTable } from '@/charts/DataTable';
import { sourceName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';
import { callsSearch, useView } from '@/view/useView';

import classes from './quality.module.css';

/** What came twice or was no call: no list of calls shows it. */
export function Found({ report }: { readonly report: QualityReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const head = ['at', 'kind', 'source', 'count', 'place', 'reason'] as const;
  return (
    <section className={classes.section} aria-label={t('quality.found')} data-testid="quality-found">
      <h2 className={classes.heading}>{t('quality.found')}</h2>
      <p className={classes.hint}>{t('quality.foundHint')}</p>
      {report.found.length === 0 ? (
        <p role="status">{t(view.filters.length > 0 ? 'quality.filtered' : 'quality.nothingFound')}</p>
      ) : (
        <div className={`${classes.table} ${classes.texts}`}>
          <DataTable
            caption={t('quality.found')}
            head={head.map((column) => t(`quality.column.${column}`))}
            rows={report.found.map((one, index) => ({
              key: String(index),
              cells: [
                format.dateTime(Date.parse(one.at)),
                t(`quality.kind.${one.kind}`),
                sourceName(t, one.source),
                format.integer(one.count),
                one.call_id === null ? (
                  (one.place ?? '–')
                ) : (
                  <Link key="call" to="/calls" search={{ ...callsSearch(view, []), call: one.call_id }}>
                    {one.call_id}
                  </Link>
                ),
                one.reason ?? '–',
              ],
            }))}
          />
        </div>
      )}
    </section>
  );
}
