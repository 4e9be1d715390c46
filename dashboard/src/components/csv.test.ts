import { describe, expect, it } from 'vitest';

import { toCsv } from './csv';

describe('CSV', () => {
  it('quotes what would break a row', () => {
    expect(toCsv([['a,b', 'say "x"', 'two\nlines', 'plain']])).toBe('"a,b","say ""x""","two\nlines",plain\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'])('disarms the formula %j', (text) => {
    expect(toCsv([[text]])).toBe(`"'${text}"\r\n`);
  });

  it('keeps numbers as numbers and leaves the unknown empty', () => {
    expect(toCsv([[1.5, -2, null, undefined, true]])).toBe('1.5,-2,,,true\r\n');
  });
});
