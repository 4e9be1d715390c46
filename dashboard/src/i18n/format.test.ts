import { describe, expect, it } from 'vitest';

import { makeFormat, UNKNOWN } from './format';

const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');
const en = makeFormat('en-US', 'UTC');
const nl = makeFormat('nl-NL', 'UTC');
const zh = makeFormat('zh-CN', 'UTC');

describe('format', () => {
  it('shows what is unknown as a dash, never as zero', () => {
    for (const write of [en.integer, en.compact, en.percent, en.usd, en.duration, en.micros, en.bytes, en.time]) {
      expect(write(null)).toBe(UNKNOWN);
      expect(write(undefined)).toBe(UNKNOWN);
      expect(write(Number.NaN)).toBe(UNKNOWN);
    }
    expect(en.integer(0)).toBe('0');
  });

  it('writes numbers in each language', () => {
    expect(en.integer(1234567)).toBe('1,234,567');
    expect(nl.integer(1234567)).toBe('1.234.567');
    expect(zh.compact(1234567)).toBe('123万');
    expect(en.compact(1234567)).toBe('1.23M');
    expect(en.compact(9876)).toBe('9,876');
  });

  it('writes money with as many digits as it needs', () => {
    expect(plain(en.usd(1234.5))).toBe('$1,234.50');
    expect(plain(nl.usd(1234.5))).toBe('$ 1.234,50');
    expect(plain(en.usd(0.000123456))).toBe('$0.000123');
    expect(plain(en.usd(0.0123))).toBe('$0.0123');
    expect(plain(en.usdCompact(123456))).toBe('$123K');
    expect(plain(en.usd(0))).toBe('$0.00');
    expect(plain(en.usdShort(0.00000158))).toBe('<$0.0001');
    expect(plain(en.usdShort(0))).toBe('$0.00');
  });

  it('writes durations in the unit that reads best', () => {
    expect(en.duration(812.4)).toBe('812ms');
    expect(en.duration(2414)).toBe('2.41s');
    expect(en.duration(90_000)).toBe('90s');
    expect(en.duration(150_000)).toBe('2.5 min');
    expect(en.micros(84)).toBe('84μs');
    expect(plain(nl.duration(2414))).toBe('2,41 s');
  });

  it('writes shares', () => {
    expect(en.percent(0.0361)).toBe('3.61%');
    expect(en.percent(0.5)).toBe('50%');
  });

  it('writes times', () => {
    const at = Date.parse('2026-03-01T14:05:06.789Z');
    expect(en.timeExact(at)).toBe('14:05:06.789');
    expect(plain(nl.dateTime(at))).toBe('1 mrt, 14:05:06');
  });
});
