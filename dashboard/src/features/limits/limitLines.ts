// Lines of limits, put together: requests and tokens of one key and model belong side by side.
import type { Limit } from '@/api/types';

export interface ProviderLimit {
  readonly key: string;
  readonly provider: string | null;
  readonly organization: string | null;
  readonly model: string | null;
  readonly apiKey: string | null;
  /** The target's own, where it has one. */
  readonly upstreamKey: string | null;
  readonly requests: Limit | null;
  readonly tokens: Limit | null;
}

const both = ({ requests, tokens }: ProviderLimit): Limit[] => [requests, tokens].filter((limit) => limit !== null);

/** Minutes until one of the two runs out; Infinity where neither does. */
export const minutesLeft = (line: ProviderLimit): number =>
  Math.min(...both(line).map((limit) => limit.minutes_to_429 ?? Infinity));

/**
 * How much of a limit is used, as a share: of a provider's, what the last minute took, or what the provider says is gone
 * where that is more (it gives back as time goes on); of our own, what they count.
 */
export function shareOf(limit: Limit): number {
  const used = (limit.percent_used ?? 0) / 100;
  const recent = limit.kind === 'provider' && limit.limit ? (limit.per_minute ?? 0) / limit.limit : 0;
  return Math.max(used, recent);
}

const mostUsed = (line: ProviderLimit): number => Math.max(...both(line).map(shareOf));

function nearestFirst(a: ProviderLimit, b: ProviderLimit): number {
  const [left, right] = [minutesLeft(a), minutesLeft(b)];
  return left === right ? mostUsed(b) - mostUsed(a) : left - right;
}

/** What providers said: first what runs out first, then what is used most. */
export function providerLimits(limits: readonly Limit[]): ProviderLimit[] {
  const lines = new Map<string, ProviderLimit>();
  for (const limit of limits) {
    if (limit.kind !== 'provider' || (limit.of !== 'requests' && limit.of !== 'tokens')) {
      continue;
    }
    const key = [limit.provider, limit.organization, limit.model, limit.api_key, limit.upstream_key].join('\n');
    const line = lines.get(key) ?? {
      key,
      provider: limit.provider,
      organization: limit.organization,
      model: limit.model,
      apiKey: limit.api_key,
      upstreamKey: limit.upstream_key,
      requests: null,
      tokens: null,
    };
    lines.set(key, { ...line, [limit.of]: limit });
  }
  return [...lines.values()].toSorted(nearestFirst);
}

/** Our own, the nearest to its limit first. */
export const ownLimits = (limits: readonly Limit[]): Limit[] =>
  limits.filter((limit) => limit.kind === 'own').toSorted((a, b) => shareOf(b) - shareOf(a));

export type Strain = 'calm' | 'near' | 'full';

const NEAR = 0.75;
const FULL = 0.95;

/** How much of a limit is used, in three steps. */
export const strainOf = (share: number): Strain => (share < NEAR ? 'calm' : share < FULL ? 'near' : 'full');

/** The line that runs out first at the present rate. */
export function firstToEnd(limits: readonly Limit[]): Limit | null {
  const ending = limits.filter((limit) => limit.minutes_to_429 !== null);
  return ending.toSorted((a, b) => (a.minutes_to_429 ?? 0) - (b.minutes_to_429 ?? 0))[0] ?? null;
}
