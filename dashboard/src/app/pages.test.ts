import { describe, expect, it } from 'vitest';

import { inBar, PAGES } from './pages';

describe('pages', () => {
  it('have an address and a key of their own', () => {
    for (const name of ['to', 'key', 'id'] as const) {
      expect(new Set(PAGES.map((page) => page[name])).size).toBe(PAGES.length);
    }
  });

  it('stand in a phone’s bar where there is room for all', () => {
    expect(inBar([1, 2, 3, 4, 5])).toEqual({ shown: [1, 2, 3, 4, 5], rest: [] });
  });

  it('leave a place for the button behind which the others are', () => {
    expect(inBar([1, 2, 3, 4, 5, 6, 7])).toEqual({ shown: [1, 2, 3, 4], rest: [5, 6, 7] });
  });
});
