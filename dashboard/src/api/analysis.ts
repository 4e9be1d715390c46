// What follows from the calls: what slow ones share, where the month ends, what else it could cost. docs/analysis.md.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { formatFilter, type Filter } from '@/view/filters';
import type { Range } from '@/view/range';

import { get, type Params } from './client';
import { usageKey } from './usage';

export interface SlowGroup {
  readonly key: readonly { readonly dimension: string; readonly value: string | null }[];
  readonly filter: readonly string[];
  readonly calls: number;
  readonly slow_calls: number;
  readonly slow_share: number;
  readonly support: number;
  readonly lift: number | null;
  readonly lift_low: number | null;
  readonly lift_high: number | null;
  readonly excess: number;
}

export interface SlowCalls {
  readonly threshold_ms: number | null;
  readonly calls: number;
  readonly slow_calls: number;
  readonly items: readonly SlowGroup[];
}

export interface Forecast {
  readonly from: string;
  readonly to: string;
  readonly now: string;
  readonly so_far: number;
  readonly forecast: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly confidence: number;
  readonly certainty: 'good' | 'fair' | 'poor' | 'none';
  readonly history_days: number;
  readonly error_ratio: number | null;
  readonly days: readonly { readonly from: string; readonly actual: number | null; readonly expected: number | null }[];
}

export interface WhatIf {
  readonly calls: number;
  readonly cost_usd: number;
  readonly compared_cost_usd: number;
  readonly what_if_usd: number;
  readonly difference_usd: number;
  readonly unpriced_calls: number;
  readonly items: readonly {
    readonly provider: string | null;
    readonly model: string | null;
    readonly service_tier: string | null;
    readonly calls: number;
    readonly cost_usd: number | null;
    readonly what_if_usd: number | null;
    readonly why_unpriced: 'model' | 'rates' | 'tier' | 'tokens' | null;
  }[];
}

export type SlowMetric = 'latency_ms' | 'ttft_ms' | 'tpot_ms';

const asked = <T>(path: string, params: Params) =>
  queryOptions({
    queryKey: [...usageKey('calm'), path, params],
    queryFn: ({ signal }) => get<T>(path, params, signal),
    placeholderData: keepPreviousData,
  });

/** What the slowest twentieth of the calls have in common. */
export const slowQuery = (metric: SlowMetric, range: Range, filters: readonly Filter[]) =>
  asked<SlowCalls>('/api/v1/slow', { metric, from: range.from, to: range.to, filter: filters.map(formatFilter), limit: 12 });

/** The month's cost, on the reader's clock. */
export const forecastQuery = (filters: readonly Filter[]) =>
  asked<Forecast>('/api/v1/forecast', {
    metric: 'cost_usd',
    filter: filters.map(formatFilter),
    utc_offset_minutes: -Math.round(new Date().getTimezoneOffset() / 15) * 15,
  });

export interface Supposition {
  readonly model: string;
  /** 0 to 1; null where the cache is left as it is. */
  readonly cachedShare: number | null;
}

export const whatIfQuery = ({ model, cachedShare }: Supposition, range: Range, filters: readonly Filter[]) =>
  asked<WhatIf>('/api/v1/whatif', {
    model: model === '' ? undefined : model,
    cached_share: cachedShare ?? undefined,
    from: range.from,
    to: range.to,
    filter: filters.map(formatFilter),
  });
