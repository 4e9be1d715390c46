// What the page of performance measures, and how each is asked for and written.
import type { Format } from '@/i18n/format';

export const MEASURES = ['latency', 'ttft', 'tpot', 'speed', 'errors'] as const;
export type Measure = (typeof MEASURES)[number];

const QUANTILES = ['p50', 'p90', 'p95', 'p99'] as const;
export type Quantile = (typeof QUANTILES)[number];

export interface MeasureSpec {
  /** Over time, as lines: a metric each. */
  readonly lines: readonly { readonly metric: string; readonly quantile: Quantile | null }[];
  /** By group, one line a group. */
  readonly grouped: string;
  /** Whether calls can be filtered by it, and how many of its units one unit of the metric is. */
  readonly field: 'latency_us' | 'ttft_us' | 'tpot_us' | null;
  readonly write: (format: Format) => (value: number | null) => string;
}

const duration = (name: 'latency' | 'ttft' | 'tpot'): MeasureSpec => ({
  lines: QUANTILES.map((quantile) => ({ metric: `${name}_${quantile}_ms`, quantile })),
  grouped: `${name}_p95_ms`,
  field: `${name}_us`,
  write: (format) => format.duration,
});

export const SPECS: Readonly<Record<Measure, MeasureSpec>> = {
  latency: duration('latency'),
  ttft: duration('ttft'),
  tpot: duration('tpot'),
  speed: {
    lines: [{ metric: 'output_tokens_per_s', quantile: null }],
    grouped: 'output_tokens_per_s',
    field: null,
    write: (format) => format.rate,
  },
  errors: {
    lines: [{ metric: 'error_rate', quantile: null }],
    grouped: 'error_rate',
    field: null,
    write: (format) => format.percent,
  },
};

export const measureOf = (name: string | null): Measure => MEASURES.find((measure) => measure === name) ?? 'latency';
