// A key to be issued, from what was typed into the form.
import type { NewKey } from '@/api/types';

export const TEXTS = ['name', 'owner', 'team', 'service'] as const;
export const AMOUNTS = ['requests_per_minute', 'tokens_per_minute', 'concurrent', 'usd_per_day', 'usd_per_month'] as const;

export type Draft = Readonly<Partial<Record<(typeof TEXTS)[number] | (typeof AMOUNTS)[number] | 'models' | 'expires', string>>>;

/** What is left empty is left out; a day is over at its end, where its reader is. */
export function toNewKey(draft: Draft): NewKey {
  const key: { -readonly [Name in keyof NewKey]: NewKey[Name] } = {};
  for (const name of TEXTS) {
    const text = draft[name]?.trim() ?? '';
    if (text !== '') {
      key[name] = text;
    }
  }
  const models = (draft.models ?? '').split(/[\s,]+/).filter((model) => model !== '');
  if (models.length > 0) {
    key.models = models;
  }
  const limits = Object.fromEntries(
    AMOUNTS.flatMap((name) => {
      const text = draft[name]?.trim() ?? '';
      return text === '' ? [] : [[name, Number(text)]];
    }),
  );
  if (Object.keys(limits).length > 0) {
    key.limits = limits;
  }
  if (draft.expires !== undefined && draft.expires !== '') {
    const day = new Date(`${draft.expires}T00:00:00`);
    day.setDate(day.getDate() + 1);
    key.expires_at = day.toISOString();
  }
  return key;
}
