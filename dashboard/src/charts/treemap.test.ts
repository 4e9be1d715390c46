import { describe, expect, it } from 'vitest';

import { treemap, type Tile } from './treemap';

const area = ({ width, height }: Tile): number => width * height;
const ratio = ({ width, height }: Tile, shape: number): number => Math.max((width * shape) / height, height / (width * shape));

const overlap = (a: Tile, b: Tile): number =>
  Math.max(0, Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top));

describe('a treemap', () => {
  const values = [60, 25, 9, 3, 2, 0.6, 0.4];

  it('gives each value its share of the area', () => {
    const total = values.reduce((sum, value) => sum + value, 0);
    treemap(values, 2.5).forEach((tile, i) => expect(area(tile)).toBeCloseTo((values[i] ?? 0) / total, 9));
  });

  it('fills the whole without an overlap', () => {
    const tiles = treemap(values, 1.6);
    expect(tiles.reduce((sum, tile) => sum + area(tile), 0)).toBeCloseTo(1, 9);
    tiles.forEach((a, i) => tiles.slice(i + 1).forEach((b) => expect(overlap(a, b)).toBeLessThan(1e-9)));
    for (const { left, top, width, height } of tiles) {
      expect(Math.min(left, top)).toBeGreaterThan(-1e-9);
      expect(Math.max(left + width, top + height)).toBeLessThan(1 + 1e-9);
    }
  });

  it('has tiles that are nearly square where values are alike', () => {
    for (const tile of treemap(Array.from({ length: 12 }, () => 1), 3)) {
      expect(ratio(tile, 3)).toBeLessThan(1.8);
    }
  });

  it('is laid as in the paper: 6 6 4 3 2 2 1 in 6 by 4', () => {
    const tiles = treemap([6, 6, 4, 3, 2, 2, 1], 1.5);
    expect(tiles[0]).toEqual({ left: 0, top: 0, width: 0.5, height: 0.5 });
    expect(tiles[1]?.top).toBeCloseTo(0.5);
    expect(tiles[2]?.left).toBeCloseTo(0.5);
  });

  it('of nothing is empty', () => {
    expect(treemap([], 2)).toEqual([]);
    expect(treemap([0], 2)).toEqual([]);
    expect(treemap([1], 0)).toEqual([]);
  });
});
