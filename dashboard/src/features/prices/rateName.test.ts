import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { parseRate, usualFirst } from './rateName';

/** All that a price book may have a price for, as the program has it. */
const units = readFileSync(new URL('../../../../src/prices/unit.cc', import.meta.url), 'utf8');
const prices = [...units.matchAll(/^ {4}\{"\w+", "(\w+)", Per::/gm)].map((match) => match[1] ?? '');

describe('the name of a price', () => {
  it('is known for each that the program knows', () => {
    expect(prices.length).toBeGreaterThan(60);
    expect(prices.filter((price) => parseRate(price).parts.length === 0 || parseRate(price).unit === null)).toEqual([]);
  });

  it('is another one for each', () => {
    const names = prices.map((price) => JSON.stringify(parseRate(price)));
    expect(new Set(names).size).toBe(prices.length);
  });

  it('says what, of what kind, and for how long', () => {
    expect(parseRate('cache_audio_write_1h_mtok')).toEqual({
      parts: ['cache_write', 'audio', '1h'],
      unit: 'perMillionTokens',
    });
    expect(parseRate('web_searches_kcount')).toEqual({ parts: ['web_searches'], unit: 'perThousand' });
  });

  it('stands first where everyone looks for it', () => {
    const rates = ['cache_write_1h_mtok', 'output_mtok', 'web_searches_kcount', 'input_mtok'].map((price) => ({ price }));
    expect(usualFirst(rates).map(({ price }) => price)).toEqual([
      'input_mtok',
      'output_mtok',
      'cache_write_1h_mtok',
      'web_searches_kcount',
    ]);
  });

  it('is left as it is where it is newer than the page', () => {
    expect(parseRate('telepathy_kcount').parts).toEqual([]);
    expect(parseRate('thoughts').unit).toBeNull();
  });
});
