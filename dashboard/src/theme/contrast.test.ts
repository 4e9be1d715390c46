// Colours are checked as numbers: readable text (WCAG AA), charts that stand out from their ground, series that people with
// colour-blindness can tell apart.
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

type Rgb = readonly [number, number, number];
type Tokens = ReadonlyMap<string, Rgb>;

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function tokensOf(scheme: 'dark' | 'light'): Tokens {
  const start = css.indexOf(`:root[data-mantine-color-scheme='${scheme}'] {`);
  const block = css.slice(start, css.indexOf('}', start));
  const found = [...block.matchAll(/--sg-([a-z0-9-]+): #([0-9a-f]{6});/g)];
  return new Map(
    found.map(([, name = '', hex = '']) => [
      name,
      [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as unknown as Rgb,
    ]),
  );
}

const linear = (channel: number): number => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
const luminance = (color: Rgb): number =>
  0.2126 * linear(color[0]) + 0.7152 * linear(color[1]) + 0.0722 * linear(color[2]);

function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

/** How a colour looks without one kind of cone (Machado, Oliveira and Fernandes 2009, full severity), in linear light. */
const SEEN: Readonly<Record<string, readonly Rgb[]>> = {
  'full colour': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (841 / 108) * t + 4 / 29);

/** CIE Lab, where distance is about what an eye sees. */
function lab(color: Rgb, seen: readonly Rgb[]): Rgb {
  const light = color.map(linear);
  const [r = 0, g = 0, b = 0] = seen.map((row) =>
    Math.min(1, Math.max(0, row[0] * (light[0] ?? 0) + row[1] * (light[1] ?? 0) + row[2] * (light[2] ?? 0))),
  );
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const distance = (a: Rgb, b: Rgb): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

const TEXT = ['text', 'muted', 'faint', 'fluid', 'brass', 'good', 'bad', 'warn', 'violet'];
const GROUNDS = ['bg', 'surface', 'raised', 'sunken', 'hover'];
const SERIES = ['series-1', 'series-2', 'series-3', 'series-4', 'series-5', 'series-6', 'series-other'];

describe.each(['dark', 'light'] as const)('%s colours', (scheme) => {
  const tokens = tokensOf(scheme);
  const color = (name: string): Rgb => {
    const found = tokens.get(name);
    if (found === undefined) {
      throw new Error(`no colour --sg-${name}`);
    }
    return found;
  };

  it.each(TEXT.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)))(
    '%s can be read on %s',
    (text, ground) => {
      expect(contrast(color(text), color(ground))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each([
    ['on-fluid', 'fluid'],
    ['on-fluid', 'fluid-strong'],
    ['text', 'fluid-soft'],
    ['fluid', 'fluid-soft'],
    ['muted', 'fluid-soft'],
    ['brass', 'brass-soft'],
    ['bad', 'bad-soft'],
    ['text', 'bad-soft'],
  ])('%s can be read on %s', (text, ground) => {
    expect(contrast(color(text), color(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it.each([...SERIES, 'line-strong'])('%s stands out from the ground', (name) => {
    expect(contrast(color(name), color('surface'))).toBeGreaterThanOrEqual(3);
  });

  it.each(Object.keys(SEEN))('series can be told apart with %s', (eyes) => {
    const seen = SEEN[eyes] ?? [];
    const pairs = SERIES.flatMap((a, i) =>
      SERIES.slice(i + 1).map((b) => ({
        pair: `${a} ${b}`,
        apart: distance(lab(color(a), seen), lab(color(b), seen)),
      })),
    );
    expect(pairs.filter(({ apart }) => apart < 14)).toEqual([]);
  });

  it('the heat scale only grows stronger', () => {
    const steps = ['heat-0', 'heat-1', 'heat-2', 'heat-3', 'heat-4'].map((name) => luminance(color(name)));
    const sorted = scheme === 'dark' ? steps.toSorted((a, b) => a - b) : steps.toSorted((a, b) => b - a);
    expect(steps).toEqual(sorted);
  });
});
