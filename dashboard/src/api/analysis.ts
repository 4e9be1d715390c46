// What follows from the calls: what slow ones share, where the month ends, what else it could cost. docs/analysis.md.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { formatFilter, type Filter } from '@/view/filters';
import type { Range } from '@/view/range';

import { get, type Params } from './client';
import type { components } from './schema.gen';
import { usageKey } from './usage';

type Schemas = components['schemas'];

export type SlowGroup = Schemas['SlowGroup'];
export type SlowCalls = Schemas['SlowCalls'];
export type Forecast = Schemas['Forecast'];
export type WhatIf = Schemas['WhatIf'];

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
