import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { SessionSummary } from '@/api/types';
import { SortTable, type SortColumn } from '@/charts/SortTable';
import pageClasses from '@/components/Page.module.css';
import { FAILED } from '@/features/figures/figure';
import { useFormat } from '@/i18n/useFormat';
import { onlyCallsSearch, sessionSearch, useView } from '@/view/useView';

import { Outcome } from './Outcome';
import classes from './sessions.module.css';
import { ofSession, rangeOf } from './turns';

interface Props {
  readonly rows: readonly SessionSummary[];
  readonly order: string;
  readonly onOrder: (order: string) => void;
}

/** A row a conversation; a click on a head asks the server for another order. */
export function SessionsTable({ rows, order, onOrder }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const column = (id: string, down: string | null, text = false): SortColumn => ({
    id,
    name: t(`sessions.column.${id as 'started'}`),
    text,
    ...(down === null ? {} : { down }),
  });
  return (
    <div className={pageClasses.table}>
      <SortTable
        caption={t('sessions.heading')}
        order={order}
        onOrder={onOrder}
        testid="sessions-table"
        rowTestid="session-row"
        columns={[
          column('started', 'newest', true),
          column('who', null, true),
          column('models', null, true),
          column('length', 'length'),
          column('turns', 'turns'),
          column('calls', 'calls'),
          column('errors', 'errors'),
          column('tokens', 'tokens'),
          column('cost', 'cost'),
          column('outcome', null, true),
        ]}
        rows={rows.map((row) => {
          const range = rangeOf(row);
          const started = format.dateTime(Date.parse(row.started_at));
          const name = row.user ?? row.api_key_label ?? t('sessions.somebody');
          const calls = (text: string, more = ofSession(row.session_id)) => (
            <Link key={text} to="/calls" search={onlyCallsSearch(range, more)} className={pageClasses.number}>
              {text}
            </Link>
          );
          return {
            key: row.session_id,
            cells: [
              <Link
                key="open"
                to="/sessions"
                search={sessionSearch(view, row.session_id)}
                className={classes.open}
                aria-label={t('sessions.open', { name, time: started })}
              >
                <time dateTime={row.started_at}>{started}</time>
              </Link>,
              <span key="who" className={classes.clip}>
                {[row.user ?? row.api_key_label, row.service].filter(Boolean).join(' · ') || t('sessions.somebody')}
              </span>,
              <span key="models" className={`${classes.clip} ${pageClasses.quiet}`}>
                {row.models.join(' · ')}
              </span>,
              <span key="length" title={t('sessions.idle', { value: format.micros(row.idle_us) })}>
                {format.micros(row.duration_us)}
              </span>,
              format.integer(row.turns),
              calls(format.integer(row.calls)),
              row.errors === 0 ? (
                '0'
              ) : (
                <span key="errors" className={pageClasses.bad}>
                  {calls(format.integer(row.errors), [...ofSession(row.session_id), ...FAILED])}
                </span>
              ),
              calls(format.compact(tokensOf(row))),
              calls(format.usdShort(row.cost_usd)),
              <Outcome key="outcome" session={row} />,
            ],
          };
        })}
      />
    </div>
  );
}

const tokensOf = ({ input_tokens: input, output_tokens: output }: SessionSummary): number | null =>
  input === null && output === null ? null : (input ?? 0) + (output ?? 0);
