import type { CallSummary } from '@/api/types';

export interface Timing {
  /** µs; null where unknown. */
  readonly total: number | null;
  /** Until the first token, of streamed calls. */
  readonly waiting: number | null;
  readonly generating: number | null;
  readonly gateway: number | null;
  readonly provider: number | null;
}

type Times = Pick<CallSummary, 'latency_us' | 'ttft_us' | 'gateway_us' | 'provider_us'>;

export function timingOf(call: Times): Timing {
  const total = call.latency_us;
  const waiting = total === null || call.ttft_us === null ? null : Math.min(call.ttft_us, total);
  return {
    total,
    waiting,
    generating: total === null || waiting === null ? null : total - waiting,
    gateway: call.gateway_us,
    provider: call.provider_us,
  };
}

const SHORTEST_US = 10_000;
const LONGEST_US = 120_000_000;

/** Length of a bar, 0 to 1, on a logarithmic scale from 10 ms to 2 min. */
export function barLength(us: number): number {
  const place = Math.log(Math.max(us, SHORTEST_US) / SHORTEST_US) / Math.log(LONGEST_US / SHORTEST_US);
  return Math.min(1, 0.04 + 0.96 * place);
}

/** Tokens a second while generating; null where there is too little to divide. */
export function speedOf(call: Pick<CallSummary, 'latency_us' | 'ttft_us' | 'output_tokens'>): number | null {
  if (call.latency_us === null || call.ttft_us === null || call.output_tokens === null || call.output_tokens < 2) {
    return null;
  }
  const seconds = (call.latency_us - call.ttft_us) / 1e6;
  return seconds > 0 ? (call.output_tokens - 1) / seconds : null;
}
