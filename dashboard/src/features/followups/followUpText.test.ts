import { describe, expect, it } from 'vitest';

import { fillTemplate, stepsAfter } from './followUpText';

describe('a follow-up in words', () => {
  it('fills a template, and leaves what nobody knows', () => {
    expect(fillTemplate('{user}: {date}. {owner}, {owner} {other}', { user: 'ada', owner: null, date: '1 May' })).toBe('ada: 1 May. {owner}, {owner} {other}');
    expect(fillTemplate('{user}', { user: '$&{date}', owner: null, date: 'x' })).toBe('$&{date}');
  });

  it('leads on, and back only from the end', () => {
    expect(stepsAfter('open')).toEqual(['contacted', 'answered', 'closed']);
    expect(stepsAfter('answered')).toEqual(['closed']);
    expect(stepsAfter('closed')).toEqual(['open']);
  });
});
