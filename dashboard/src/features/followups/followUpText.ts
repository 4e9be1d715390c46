// What a follow-up says, in words.
import type { FollowUp } from '@/api/types';
import type { T } from '@/i18n';
import { en } from '@/i18n/en';
import type { Format } from '@/i18n/format';

const isFact = (name: string): name is keyof typeof en.followUps.fact => Object.hasOwn(en.followUps.fact, name);

/** Whom it is about. */
export const aboutOf = (t: T, { user, session_id: session }: Pick<FollowUp, 'user' | 'session_id'>): string =>
  user ?? (session === null ? t('followUps.call') : t('followUps.session', { id: session }));

/** The numbers that the rule went by; by hand: the reason. */
export const factsOf = (t: T, format: Format, { facts, reason }: Pick<FollowUp, 'facts' | 'reason'>): string =>
  [
    ...Object.entries(facts).map(([name, value]) => (isFact(name) ? t(`followUps.fact.${name}`, { value: format.rate(value) }) : `${name} ${value}`)),
    ...(reason === null ? [] : [reason]),
  ].join(', ');

/** A template with what it stands for. What nobody knows stays as it is written, so that it is seen. */
export function fillTemplate(text: string, values: { readonly user: string | null; readonly owner: string | null; readonly date: string }): string {
  return text.replace(/\{(user|owner|date)\}/g, (whole, name: 'user' | 'owner' | 'date') => values[name] || whole);
}

/** What may come next, in order. */
export function stepsAfter(state: FollowUp['state']): readonly FollowUp['state'][] {
  switch (state) {
    case 'open':
      return ['contacted', 'answered', 'closed'];
    case 'contacted':
      return ['answered', 'closed'];
    case 'answered':
      return ['closed'];
    case 'closed':
      return ['open'];
  }
}
