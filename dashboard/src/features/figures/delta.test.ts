import { describe, expect, it } from 'vitest';

import { deltaOf } from './delta';

describe('change against the period before', () => {
  it('knows what is good', () => {
    expect(deltaOf(120, 100, 'moreIsBetter')).toEqual({
      ratio: expect.closeTo(0.2, 10) as number,
      direction: 'up',
      verdict: 'better',
    });
    expect(deltaOf(120, 100, 'moreIsWorse').verdict).toBe('worse');
    expect(deltaOf(80, 100, 'moreIsWorse').verdict).toBe('better');
    expect(deltaOf(80, 100, 'neutral').verdict).toBe('neutral');
  });

  it('says nothing where there is nothing to compare with', () => {
    expect(deltaOf(5, null, 'moreIsWorse').ratio).toBeNull();
    expect(deltaOf(null, 5, 'moreIsWorse').ratio).toBeNull();
    expect(deltaOf(5, 0, 'moreIsWorse').ratio).toBeNull();
    expect(deltaOf(0, 0, 'moreIsWorse')).toEqual({ ratio: 0, direction: 'same', verdict: 'neutral' });
  });

  it('takes a tiny change for none', () => {
    expect(deltaOf(100.01, 100, 'moreIsWorse').direction).toBe('same');
  });
});
