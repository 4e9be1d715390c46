import { describe, expect, it } from 'vitest';

import { is } from './filters';
import { DEFAULT_RANGE } from './range';
import { parseSearch, stringifySearch, toSearch, toView, validateSearch, type View } from './search';

const roundTrip = (view: Partial<View>): View =>
  toView(validateSearch(parseSearch(stringifySearch(toSearch(view) as Record<string, unknown>))));

describe('view in the URL', () => {
  it('writes nothing for the default view', () => {
    const view = toView({});
    expect(stringifySearch(toSearch(view) as Record<string, unknown>)).toBe('');
    expect(view.range).toEqual(DEFAULT_RANGE);
    expect(view.live).toBe(true);
  });

  it('brings every part back', () => {
    const view: View = {
      range: { from: '2026-03-01T00:00:00.000Z', to: '2026-03-02T00:00:00.000Z' },
      filters: [is('user', 'Zoë & 王+1=2,x:y'), is('model', 'a b'), { name: 'latency_us', op: 'atLeast', value: '5' }],
      groupBy: 'tag:feature',
      orderBy: '-cost_usd',
      live: false,
      q: 'quota? #1 100%',
      columns: ['time', 'error'],
      call: '0190aaaa-0000-7000-8000-000000000001',
      trace: '0af7651916cd43dd8448eb211c80319c',
      step: 'b7ad6b7169203331',
      session: 'Zoë’s chat #1 & more',
      metric: 'ttft',
      key: 'abcdef0123456789',
      tab: 'plain',
    };
    expect(roundTrip(view)).toEqual(view);
  });

  it('can be read by people', () => {
    expect(stringifySearch({ from: '-7d', to: 'now', filter: ['model:gpt-4o', 'latency_us:>=5'] })).toBe(
      '?from=-7d&to=now&filter=model:gpt-4o&filter=latency_us:>=5',
    );
  });

  it('drops what makes no sense', () => {
    const search = validateSearch(
      parseSearch('?from=whenever&filter=model&filter=model:a&live=maybe&group_by=%3Cx%3E&call=../..'),
    );
    expect(search).toEqual({ filter: ['model:a'] });
  });

  it('takes a default away from the URL', () => {
    expect(toSearch({ live: true, groupBy: 'model', call: null })).toEqual({
      live: undefined,
      group_by: undefined,
      call: undefined,
    });
  });
});
