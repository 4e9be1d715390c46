// Which columns the request log has, and how wide they are.

export const COLUMN_IDS = [
  'time',
  'status',
  'model',
  'operation',
  'service',
  'user',
  'api_key_label',
  'latency',
  'tokens',
  'cost',
  'error',
  'input',
  'output',
  'team',
  'organization',
  'environment',
  'endpoint',
  'http_status',
  'finish_reason',
  'ttft',
  'session_id',
  'sdk',
  'call_id',
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

export const DEFAULT_COLUMNS: readonly ColumnId[] = COLUMN_IDS.slice(0, 11);

export const isColumn = (name: string): name is ColumnId => COLUMN_IDS.some((id) => id === name);

/** Which default columns give way, the first of these first, where there is no room for all. */
const GIVES_WAY: readonly ColumnId[] = ['operation', 'api_key_label', 'user', 'error', 'service', 'tokens', 'cost'];

/** Room between columns and at the ends of a row. */
const COLUMN_GAP = 10;
const ROW_PADDING = 12;

export const WIDTHS = {
  time: 114,
  status: 96,
  model: 128,
  operation: 78,
  service: 96,
  user: 88,
  api_key_label: 104,
  latency: 118,
  tokens: 92,
  cost: 74,
  error: 92,
} as const satisfies Partial<Record<ColumnId, number>>;

/** As many of the default columns as a width has room for. */
export function fitColumns(width: number): readonly ColumnId[] {
  const fitting = [...DEFAULT_COLUMNS];
  const widthOf = (id: ColumnId): number => (id in WIDTHS ? WIDTHS[id as keyof typeof WIDTHS] : 0);
  const needed = () => fitting.reduce((sum, id) => sum + widthOf(id) + COLUMN_GAP, 2 * ROW_PADDING - COLUMN_GAP);
  for (const id of GIVES_WAY) {
    if (needed() <= width) {
      break;
    }
    fitting.splice(fitting.indexOf(id), 1);
  }
  return fitting;
}

/** Least width in pixels, and how much of the spare room a column takes. */
export interface ColumnMeta {
  readonly width: number;
  readonly grow: number;
  readonly numeric?: boolean;
}

/** How the columns share a row's width, and the least width that they need. */
export function layoutOf(columns: readonly (ColumnMeta | undefined)[]): {
  readonly template: string;
  readonly width: number;
} {
  const metas = columns.map((meta) => meta ?? { width: 100, grow: 1 });
  return {
    template: metas
      .map(({ width, grow }) => `minmax(${width}px, ${grow === 0 ? `${width}px` : `${grow}fr`})`)
      .join(' '),
    width: metas.reduce((sum, { width }) => sum + width + COLUMN_GAP, 2 * ROW_PADDING - COLUMN_GAP),
  };
}
