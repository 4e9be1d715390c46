import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { startedAt } from '@/api/calls';
import type { CallSummary } from '@/api/types';
import { DataTable } from '@/charts/DataTable';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { EmptyState } from '@/components/States';
import { StatusBadge, TimingCell } from '@/features/calls/cells';
import { valueName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';
import { callsSearch, useView } from '@/view/useView';

import classes from './live.module.css';
import { useTail } from './useLive';

/** Calls as they end. The list stands still while a pointer or the focus is in it, so that one can be opened. */
export function LiveTail({ held }: { readonly held: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const [busy, setBusy] = useState(false);
  const { calls, leftOut } = useTail(view.filters, held || busy);
  return (
    <Panel
      title={t('livePage.tail')}
      hint={t(view.filters.length > 0 ? 'livePage.tailFiltered' : 'livePage.tailHint')}
      testid="live-tail"
      aside={
        <>
          {leftOut > 0 && <span>{t('calls.leftOut', { count: leftOut, value: format.integer(leftOut) })}</span>}
          <Link to="/calls" search={callsSearch(view, [], { from: '-15m', to: 'now' })}>
            {t('livePage.allCalls')}
          </Link>
        </>
      }
    >
      {calls.length === 0 ? (
        <EmptyState compact title={t('livePage.waiting')} />
      ) : (
        <div
          className={pageClasses.table}
          onPointerEnter={() => setBusy(true)}
          onPointerLeave={() => setBusy(false)}
          onFocus={() => setBusy(true)}
          onBlur={() => setBusy(false)}
        >
          <DataTable
            cards
            caption={t('livePage.tail')}
            texts={5}
            head={[t('calls.column.time'), t('dim.status'), t('dim.model'), t('dim.service'), t('dim.user'), t('dim.latency_us'), t('calls.column.tokens'), t('breakdown.cost')]}
            rows={calls.map((call) => ({
              key: call.call_id,
              cells: [
                <Open key="time" call={call} />,
                <StatusBadge key="status" status={call.status} httpStatus={call.http_status} />,
                <span key="model">
                  {call.model ?? call.model_requested ?? valueName(t, 'operation', call.operation)}
                  {call.error_type !== null && <span className={pageClasses.bad}> {valueName(t, 'error_type', call.error_type)}</span>}
                </span>,
                call.service ?? '–',
                call.user ?? '–',
                <span key="time" className={classes.took}>
                  <TimingCell call={call} />
                </span>,
                `${format.compact(call.input_tokens)} → ${format.compact(call.output_tokens)}`,
                format.usdShort(call.cost_usd),
              ],
            }))}
          />
        </div>
      )}
    </Panel>
  );
}

function Open({ call }: { readonly call: CallSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const at = startedAt(call);
  return (
    <Link
      to="/calls"
      search={{ ...callsSearch(view, [], { from: '-15m', to: 'now' }), call: call.call_id }}
      className={classes.open}
      aria-label={t('calls.open', { time: format.timeExact(at) })}
      data-testid="live-call"
      data-call-id={call.call_id}
    >
      {format.timeExact(at)}
    </Link>
  );
}
