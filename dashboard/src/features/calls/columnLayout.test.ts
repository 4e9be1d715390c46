import { describe, expect, it } from 'vitest';

import { DEFAULT_COLUMNS, fitColumns, layoutOf, WIDTHS } from './columnLayout';

describe('columns of the request log', () => {
  it('are all shown where there is room', () => {
    expect(fitColumns(2_000)).toEqual(DEFAULT_COLUMNS);
  });

  it('give way, but for time, status, model and response time', () => {
    expect(fitColumns(1_100)).not.toContain('operation');
    expect(fitColumns(1_100)).toContain('cost');
    expect(fitColumns(0)).toEqual(['time', 'status', 'model', 'latency']);
  });

  it('fit into the width that they were chosen for', () => {
    for (const room of [520, 700, 900, 1_100, 1_300]) {
      const metas = fitColumns(room).map((id) => ({ width: WIDTHS[id as keyof typeof WIDTHS], grow: 0 }));
      expect(layoutOf(metas).width).toBeLessThanOrEqual(room);
    }
  });

  it('share what room is left', () => {
    const layout = layoutOf([{ width: 100, grow: 0 }, { width: 50, grow: 2 }, undefined]);
    expect(layout.template).toBe('minmax(100px, 100px) minmax(50px, 2fr) minmax(100px, 1fr)');
    expect(layout.width).toBe(100 + 50 + 100 + 2 * 10 + 2 * 12);
  });
});
