import { useTranslation } from 'react-i18next';

import type { SessionCall } from '@/api/types';
import { Icon } from '@/components/Icon';
import { StatusBadge, TimingCell } from '@/features/calls/cells';
import { valueName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';

import { SaidInCall } from './SaidInCall';
import classes from './sessions.module.css';
import { isBranch, sumOf, type Turn } from './turns';

interface Props {
  readonly turns: readonly Turn[];
  readonly index: number;
  /** When the conversation began, ms. */
  readonly start: number;
  readonly selected: string | null;
  /** Whether what was said is shown. */
  readonly said: boolean;
  readonly onOpen: (id: string) => void;
}

/** A turn: what its user waited for, call by call. */
export function TurnPart({ turns, index, start, selected, said, onOpen }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const turn = turns[index];
  const first = turn?.calls[0];
  if (turn === undefined || first === undefined) {
    return null;
  }
  const at = Date.parse(first.started_at) - start;
  const cost = sumOf(turn.calls, (call) => call.cost_usd);
  return (
    <li className={classes.turn} data-testid="session-turn">
      <div className={classes.turnHead}>
        <h3>{turn.number === null ? t('sessions.call', { number: format.integer(index + 1) }) : t('sessions.turn', { number: format.integer(turn.number) })}</h3>
        {isBranch(turns, index) && <span className={classes.mark}>{t('sessions.branch')}</span>}
        <span className={classes.when}>
          {turn.pauseUs !== null &&
            `${t('sessions.after', { value: format.duration(at) })} · ${t('sessions.pause', { value: format.micros(turn.pauseUs) })}`}
        </span>
        {turn.calls.length > 1 && <span className={classes.turnCost}>{format.usd(cost)}</span>}
      </div>
      <ul className={classes.calls}>
        {turn.calls.map((call) => (
          <CallLine key={call.call_id} call={call} selected={call.call_id === selected} said={said} onOpen={onOpen} />
        ))}
      </ul>
    </li>
  );
}

interface LineProps {
  readonly call: SessionCall;
  readonly selected: boolean;
  readonly said: boolean;
  readonly onOpen: (id: string) => void;
}

type Status = Parameters<typeof StatusBadge>[0]['status'];

function CallLine({ call, selected, said, onOpen }: LineProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const time = format.timeExact(Date.parse(call.started_at));
  return (
    <li className={classes.call} data-selected={selected || undefined} data-failed={call.status === 'error' || undefined}>
      <button
        type="button"
        className={classes.line}
        onClick={() => onOpen(call.call_id)}
        aria-pressed={selected}
        data-testid="session-call"
        data-call-id={call.call_id}
      >
        <time dateTime={call.started_at} className={classes.time}>
          {time}
        </time>
        <StatusBadge status={call.status as Status} httpStatus={null} />
        <span className={classes.model}>
          {call.model ?? valueName(t, 'operation', call.operation)}
          {call.error_type !== null && <span className={classes.error}>{valueName(t, 'error_type', call.error_type)}</span>}
          {call.retry_of !== null && <span className={classes.mark}>{t('sessions.repeat')}</span>}
        </span>
        <span className={classes.took}>
          <TimingCell call={{ latency_us: call.latency_us, ttft_us: call.ttft_us, gateway_us: null, provider_us: null }} />
        </span>
        <span className={classes.tokens}>
          {`${format.compact(call.input_tokens)} → ${format.compact(call.output_tokens)}`}
        </span>
        <span className={classes.cost}>{format.usdShort(call.cost_usd)}</span>
        <Icon name="chevronRight" size={14} />
      </button>
      {said && <SaidInCall id={call.call_id} />}
    </li>
  );
}
