// The columns of the request log: how each is drawn.
import { columnVisibilityFeature, createColumnHelper, tableFeatures } from '@tanstack/react-table';

import { startedAt } from '@/api/calls';
import type { CallSummary } from '@/api/types';
import type { T } from '@/i18n';
import type { Format } from '@/i18n/format';
import { valueName } from '@/i18n/names';

import { StatusBadge, TimingCell } from './cells';
import { WIDTHS, type ColumnId, type ColumnMeta } from './columnLayout';
import classes from './columns.module.css';

export const features = tableFeatures({ columnVisibilityFeature, columnMeta: {} as ColumnMeta });

const helper = createColumnHelper<typeof features, CallSummary>();

const quiet = (text: string | null) => (
  <span className={text === null ? classes.unknown : classes.text}>{text ?? '–'}</span>
);

export function makeColumns(t: T, format: Format) {
  const header = (id: ColumnId) => t(`calls.column.${id}`);
  const text = (id: ColumnId, read: (call: CallSummary) => string | null, width: number, grow = 1) =>
    helper.display({ id, header: header(id), meta: { width, grow }, cell: ({ row }) => quiet(read(row.original)) });
  const number = (id: ColumnId, read: (call: CallSummary) => string, width: number) =>
    helper.display({
      id,
      header: header(id),
      meta: { width, grow: 0, numeric: true },
      cell: ({ row }) => read(row.original),
    });

  return helper.columns([
    helper.display({
      id: 'time',
      header: header('time'),
      meta: { width: WIDTHS.time, grow: 0 },
      cell: ({ row }) => (
        <time dateTime={row.original.started_at ?? ''}>{format.dateTime(startedAt(row.original))}</time>
      ),
    }),
    helper.display({
      id: 'status',
      header: header('status'),
      meta: { width: WIDTHS.status, grow: 0 },
      cell: ({ row }) => <StatusBadge status={row.original.status} httpStatus={row.original.http_status} />,
    }),
    helper.display({
      id: 'model',
      header: header('model'),
      meta: { width: WIDTHS.model, grow: 4 },
      cell: ({ row }) => <ModelText call={row.original} t={t} />,
    }),
    text(
      'operation',
      (call) => (call.operation === null ? null : valueName(t, 'operation', call.operation)),
      WIDTHS.operation,
      0,
    ),
    text('service', (call) => call.service, WIDTHS.service),
    text('user', (call) => call.user, WIDTHS.user, 1),
    text('api_key_label', (call) => call.api_key_label, WIDTHS.api_key_label, 0),
    helper.display({
      id: 'latency',
      header: header('latency'),
      meta: { width: WIDTHS.latency, grow: 1, numeric: true },
      cell: ({ row }) => <TimingCell call={row.original} />,
    }),
    number(
      'tokens',
      (call) =>
        call.input_tokens === null && call.output_tokens === null
          ? '–'
          : `${format.integer(call.input_tokens)} / ${format.integer(call.output_tokens)}`,
      WIDTHS.tokens,
    ),
    number('input', (call) => format.integer(call.input_tokens), 76),
    number('output', (call) => format.integer(call.output_tokens), 92),
    number('cost', (call) => format.usdShort(call.cost_usd), WIDTHS.cost),
    helper.display({
      id: 'error',
      header: header('error'),
      meta: { width: WIDTHS.error, grow: 1 },
      cell: ({ row }) => <ErrorText call={row.original} t={t} />,
    }),
    text('team', (call) => call.team, 100),
    text('organization', (call) => call.organization, 120),
    text('environment', (call) => call.environment, 100),
    text('endpoint', (call) => call.endpoint, 150),
    number('http_status', (call) => (call.http_status === null ? '–' : String(call.http_status)), 60),
    text('finish_reason', (call) => call.finish_reason, 90, 0),
    number('ttft', (call) => format.micros(call.ttft_us), 92),
    text('session_id', (call) => call.session_id, 120),
    text('sdk', (call) => call.sdk, 130),
    helper.display({
      id: 'call_id',
      header: header('call_id'),
      meta: { width: 290, grow: 0 },
      cell: ({ row }) => <code className={classes.text}>{row.original.call_id}</code>,
    }),
  ]);
}

function ModelText({ call, t }: { readonly call: CallSummary; readonly t: T }) {
  const name = call.model ?? call.model_requested;
  return (
    <span className={name === null ? classes.unknown : classes.model} title={name ?? undefined}>
      {name ?? t('calls.noModel')}
    </span>
  );
}

function ErrorText({ call, t }: { readonly call: CallSummary; readonly t: T }) {
  if (call.error_type === null && call.error_message === null) {
    return null;
  }
  return (
    <span className={classes.error} title={call.error_message ?? undefined}>
      {call.error_type === null ? call.error_message : valueName(t, 'error_type', call.error_type)}
    </span>
  );
}
