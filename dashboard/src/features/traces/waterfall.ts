// A run as rows of a waterfall: when each part was at work, and what the calls within it used.
import type { TraceDetail, TraceNode } from '@/api/types';
import { absolute, type Range } from '@/view/range';

export interface Use {
  readonly calls: number;
  readonly tokens: number | null;
  readonly cost: number | null;
}

export interface WaterfallRow {
  readonly node: TraceNode;
  /** Where its bar begins and how long it is, as parts of the whole; null where its time is unknown. */
  readonly bar: { readonly start: number; readonly length: number; readonly waiting: number | null } | null;
  /** Of the call, or of all calls within the step. */
  readonly use: Use;
}

const NOTHING: Use = { calls: 0, tokens: null, cost: null };

const plus = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : a + b);

const add = (a: Use, b: Use): Use => ({
  calls: a.calls + b.calls,
  tokens: plus(a.tokens, b.tokens),
  cost: plus(a.cost, b.cost),
});

const at = (time: string | null): number | null => (time === null ? null : Date.parse(time));

/** Times have microseconds, which Date does not know. */
function micros(time: string): number {
  const fraction = /\.(\d{1,6})/.exec(time)?.[1] ?? '';
  return Math.floor(Date.parse(time) / 1000) * 1e6 + Number(fraction.padEnd(6, '0'));
}

export interface Extent {
  readonly start: number;
  readonly length: number;
}

/** From the first start to the last end, µs. */
export function extentOf(nodes: readonly TraceNode[]): Extent {
  let start = Infinity;
  let end = -Infinity;
  for (const node of nodes) {
    if (node.started_at !== null) {
      const began = micros(node.started_at);
      start = Math.min(start, began);
      end = Math.max(end, began + (node.duration_us ?? 0));
    }
  }
  return start === Infinity ? { start: 0, length: 0 } : { start, length: end - start };
}

function barOf(node: TraceNode, extent: Extent): WaterfallRow['bar'] {
  if (node.started_at === null) {
    return null;
  }
  const whole = Math.max(1, extent.length);
  const lasted = node.duration_us ?? 0;
  const ttft = node.call?.ttft_us ?? null;
  return {
    start: (micros(node.started_at) - extent.start) / whole,
    length: Math.max(0, lasted) / whole,
    waiting: ttft === null || lasted <= 0 ? null : Math.min(1, ttft / lasted),
  };
}

export function waterfallOf(nodes: readonly TraceNode[]): WaterfallRow[] {
  const extent = extentOf(nodes);
  const used = new Map<string, Use>();
  // Each stands before those within it: from the end, children are summed up before their parents are asked.
  for (const node of nodes.toReversed()) {
    const own: Use =
      node.call === null ? NOTHING : { calls: 1, tokens: node.call.total_tokens, cost: node.call.cost_usd };
    const sum = add(used.get(node.id) ?? NOTHING, own);
    used.set(node.id, sum);
    if (node.parent_id !== null) {
      used.set(node.parent_id, add(used.get(node.parent_id) ?? NOTHING, sum));
    }
  }
  return nodes.map((node) => ({ node, bar: barOf(node, extent), use: used.get(node.id) ?? NOTHING }));
}

/** The range that holds all calls of a run. */
export function rangeOf(trace: Pick<TraceDetail, 'started_at' | 'ended_at'>): Range {
  const from = at(trace.started_at) ?? 0;
  return absolute(from, (at(trace.ended_at) ?? from) + 1_000);
}
