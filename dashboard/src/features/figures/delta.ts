// How a figure changed against the period before, and whether that is good.

export type Direction = 'up' | 'down' | 'same';
export type Verdict = 'better' | 'worse' | 'neutral';

export interface Delta {
  /** Relative change; null where there is nothing to compare with. */
  readonly ratio: number | null;
  readonly direction: Direction;
  readonly verdict: Verdict;
}

/** What more of a figure means. */
export type Meaning = 'moreIsBetter' | 'moreIsWorse' | 'neutral';

/** From here on a factor says more than a percentage. */
export const MANIFOLD = 9;

/** Smaller changes are noise to a reader. */
const NOTICEABLE = 0.0005;

export function deltaOf(now: number | null, before: number | null, meaning: Meaning): Delta {
  if (now === null || before === null || (before === 0 && now !== 0)) {
    return { ratio: null, direction: 'same', verdict: 'neutral' };
  }
  const ratio = before === 0 ? 0 : now / before - 1;
  if (Math.abs(ratio) < NOTICEABLE) {
    return { ratio: 0, direction: 'same', verdict: 'neutral' };
  }
  const direction = ratio > 0 ? 'up' : 'down';
  if (meaning === 'neutral') {
    return { ratio, direction, verdict: 'neutral' };
  }
  return { ratio, direction, verdict: ratio > 0 === (meaning === 'moreIsBetter') ? 'better' : 'worse' };
}
