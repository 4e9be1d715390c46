// A figure one looks at first: how it is written, what more of it means, and which calls are behind it.
import { is, type Filter } from '@/view/filters';

import type { Meaning } from './delta';

export interface Figure {
  readonly metric: string;
  /** Of what the server told, where it is no metric itself: one over the other. */
  readonly of?: (figures: Figures) => number | null;
  readonly name: string;
  readonly write: (value: number | null) => string;
  readonly meaning: Meaning;
  readonly tone: 'fluid' | 'brass' | 'violet' | 'bad';
  /** What its link does. */
  readonly hint: string;
  readonly details: readonly string[];
  readonly filters: readonly Filter[];
}

export type Figures = Readonly<Record<string, number | null>>;

/** The calls that `errors` counts. */
export const FAILED: readonly Filter[] = [is('status', 'error'), is('status', 'interrupted')];

/** One over the other; unknown where there is nothing to divide by. */
export const ratio = (over: number | null | undefined, under: number | null | undefined): number | null =>
  typeof over === 'number' && typeof under === 'number' && under !== 0 ? over / under : null;

export const valueOf = (figure: Figure, figures: Figures): number | null =>
  figure.of === undefined ? (figures[figure.metric] ?? null) : figure.of(figures);

/** Counts and sums: without calls they are zero, where a rate or a quantile is unknown. */
export const isAmount = (metric: string): boolean =>
  /^(calls|cost_usd|errors|rate_limited|users|keys|sessions|feedback_count|[a-z_]+_tokens)$/.test(metric);
