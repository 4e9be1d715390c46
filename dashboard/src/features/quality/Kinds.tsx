import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { QualityReport } from '@/api/types';
import { DataTable } from '@/charts/DataTable';
import { Sparkline } from '@/charts/Sparkline';
import { useFormat } from '@/i18n/useFormat';
import { callsSearch, useView } from '@/view/useView';

import { CallsLink } from './CallsLink';
import classes from './quality.module.css';

/** What may be wrong with a call: how many are so, how that went over time, and the newest of them. */
export function Kinds({ report }: { readonly report: QualityReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const calls = report.sources.reduce((sum, source) => sum + source.calls, 0);
  const head = [
    t('quality.column.kind'),
    t('quality.column.calls'),
    t('quality.column.share'),
    t('quality.trend'),
    t('quality.examples'),
  ];
  return (
    <section className={classes.section} aria-label={t('quality.kinds')} data-testid="quality-kinds">
      <h2 className={classes.heading}>{t('quality.kinds')}</h2>
      <div className={classes.table}>
        <DataTable
          caption={t('quality.kinds')}
          head={head}
          rows={report.kinds.map(({ kind, calls: count, filters, examples }) => ({
            key: kind,
            cells: [
              t(`quality.kind.${kind}`),
              <CallsLink key="calls" count={count} filters={filters.length === 0 ? null : filters} />,
              calls === 0 ? '–' : format.percent(count / calls),
              count === 0 ? (
                '–'
              ) : (
                <span key="trend" className={classes.spark}>
                  <Sparkline values={report.trend.map((row) => row[kind])} tone="brass" />
                </span>
              ),
              <span key="examples" className={classes.examples}>
                {examples.map((example) => (
                  <Link
                    key={example.call_id}
                    to="/calls"
                    search={{ ...callsSearch(view, []), call: example.call_id }}
                    aria-label={t('quality.example', { time: format.dateTime(Date.parse(example.started_at)) })}
                  >
                    {format.time(Date.parse(example.started_at))}
                  </Link>
                ))}
              </span>,
            ],
          }))}
        />
      </div>
    </section>
  );
}
