import { describe, expect, it } from 'vitest';

import type { CaseFinding } from '@/api/cases';
import { makeFormat } from '@/i18n/format';

import { writeChange, writeFigure } from './findingText';
import { toField } from './times';

const format = makeFormat('en-GB', 'UTC');
const finding = (relative: boolean) => ({ relative }) as CaseFinding;
const points = (value: string) => `${value} points`;

describe('figures of a case', () => {
  it('are written in their unit', () => {
    expect(writeFigure(format, 'ms', 1_500)).toBe('1.5s');
    expect(writeFigure(format, 's', 90)).toBe('90s');
    expect(writeFigure(format, 'ratio', 0.25)).toBe('25%');
    expect(writeFigure(format, 'turns', 3.25)).toBe('3.3');
    expect(writeFigure(format, 'usd', null)).toBe('–');
  });

  it('change by a share or by points, with a sign', () => {
    expect(writeChange(format, finding(true), -0.5, points)).toBe('-50%');
    expect(writeChange(format, finding(false), 0.123, points)).toBe('+12.3 points');
    expect(writeChange(format, finding(true), null, points)).toBe('–');
  });

  it('have times as a field takes them', () => {
    expect(toField(Date.parse('2026-11-13T14:05:59Z'))).toMatch(/^2026-11-1[34]T\d\d:05$/);
  });
});
