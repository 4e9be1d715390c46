import { memo } from 'react';
import { useTranslation } from 'react-i18next';

import { startedAt } from '@/api/calls';
import type { CallSummary } from '@/api/types';
import { useFormat } from '@/i18n/useFormat';
import { valueName } from '@/i18n/names';

import classes from './CallsTable.module.css';
import { StatusBadge, TimingCell } from './cells';

interface Props {
  readonly call: CallSummary;
  readonly index: number;
  readonly top: number;
  readonly selected: boolean;
  readonly onOpen: (id: string) => void;
}

/** A row for a narrow screen. */
export const CallCard = memo(function CallCard({ call, index, top, selected, onOpen }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const who = [call.service, call.user].filter((part) => part !== null).join(' · ');
  return (
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      className={classes.cardRow}
      data-selected={selected || undefined}
      style={{ top }}
      onClick={() => onOpen(call.call_id)}
      data-testid="call-row"
      data-call-id={call.call_id}
    >
      <div role="cell" className={classes.card}>
        <button
          type="button"
          className={classes.open}
          aria-label={t('calls.open', { time: format.dateTime(startedAt(call)) })}
          data-call={call.call_id}
        />
        <span className={classes.cardModel}>{call.model ?? call.model_requested ?? t('calls.noModel')}</span>
        <StatusBadge status={call.status} httpStatus={call.http_status} />
        <span className={classes.cardWho}>
          {call.error_type === null ? who : valueName(t, 'error_type', call.error_type)}
        </span>
        <span>{format.usdShort(call.cost_usd)}</span>
        <time className={classes.cardTime} dateTime={call.started_at ?? ''}>
          {format.dateTime(startedAt(call))}
        </time>
        <TimingCell call={call} />
      </div>
    </div>
  );
});
