import { describe, expect, it } from 'vitest';

import { barLength, speedOf, timingOf } from './timing';

describe('timing of a call', () => {
  it('splits a streamed call at its first token', () => {
    expect(timingOf({ latency_us: 1_000, ttft_us: 400, gateway_us: 5, provider_us: null })).toEqual({
      total: 1_000,
      waiting: 400,
      generating: 600,
      gateway: 5,
      provider: null,
    });
  });

  it('leaves the unknown unknown', () => {
    expect(timingOf({ latency_us: 1_000, ttft_us: null, gateway_us: null, provider_us: null }).generating).toBeNull();
    expect(timingOf({ latency_us: null, ttft_us: 400, gateway_us: null, provider_us: null }).waiting).toBeNull();
  });

  it('never waits longer than the whole', () => {
    expect(timingOf({ latency_us: 1_000, ttft_us: 1_001, gateway_us: null, provider_us: null }).generating).toBe(0);
  });

  it('knows the speed of generation', () => {
    expect(speedOf({ latency_us: 3_000_000, ttft_us: 1_000_000, output_tokens: 101 })).toBe(50);
    expect(speedOf({ latency_us: 3_000_000, ttft_us: null, output_tokens: 101 })).toBeNull();
    expect(speedOf({ latency_us: 1_000_000, ttft_us: 1_000_000, output_tokens: 101 })).toBeNull();
  });

  it('keeps bars within their track', () => {
    expect(barLength(1)).toBeGreaterThan(0);
    expect(barLength(100_000)).toBeLessThan(barLength(1_000_000));
    expect(barLength(10 ** 12)).toBe(1);
  });
});
