import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useChangeFollowUp } from '@/api/followUps';
import type { FollowUp } from '@/api/types';
import { Button } from '@/components/Button';
import form from '@/components/Form.module.css';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';

import { Refusal } from '@/components/States';
import { stepsAfter } from './followUpText';

const OUTCOMES = ['solved', 'explained', 'no_answer', 'not_needed', 'other'] as const;
const SATISFACTIONS = { good: 1, neutral: 0, bad: -1 } as const;
type Satisfaction = keyof typeof SATISFACTIONS;

const satisfactionOf = (after: number | null): Satisfaction | '' => (after === null ? '' : after > 0 ? 'good' : after < 0 ? 'bad' : 'neutral');

/** From open to closed. What is closed has an outcome. */
export function FollowUpSteps({ one }: { readonly one: FollowUp }) {
  const { t } = useTranslation();
  const step = useChangeFollowUp(one.id);
  const [outcome, setOutcome] = useState<FollowUp['outcome']>(one.outcome);
  const [after, setAfter] = useState<Satisfaction | ''>(satisfactionOf(one.satisfaction_after));
  const isClosed = one.state === 'closed';
  return (
    <Panel title={t('followUps.steps')} testid="followup-steps">
      <div className={form.form}>
        {!isClosed && (
          <div className={form.fields}>
            <label className={form.label}>
              <span>{t('followUps.field.outcome')}</span>
              <select
                className={form.field}
                value={outcome ?? ''}
                onChange={(event) => setOutcome(OUTCOMES.find((name) => name === event.target.value) ?? null)}
                data-testid="followup-outcome"
              >
                <option value="">{t('followUps.field.choose')}</option>
                {OUTCOMES.map((name) => (
                  <option key={name} value={name}>
                    {t(`followUps.outcome.${name}`)}
                  </option>
                ))}
              </select>
            </label>
            <label className={form.label}>
              <span>{t('followUps.field.satisfaction')}</span>
              <select
                className={form.field}
                value={after}
                onChange={(event) => setAfter((Object.keys(SATISFACTIONS) as Satisfaction[]).find((name) => name === event.target.value) ?? '')}
                data-testid="followup-satisfaction"
              >
                <option value="">{t('followUps.field.unknown')}</option>
                {(Object.keys(SATISFACTIONS) as Satisfaction[]).map((name) => (
                  <option key={name} value={name}>
                    {t(`followUps.field.${name}`)}
                  </option>
                ))}
              </select>
            </label>
          </div>
        )}
        <div className={pageClasses.actions}>
          {stepsAfter(one.state).map((next, i) => (
            <Button
              key={next}
              look={i === 0 ? 'strong' : 'plain'}
              disabled={step.isPending || (next === 'closed' && outcome === null)}
              onClick={() =>
                step.mutate({
                  state: next,
                  ...(next === 'closed' ? { outcome, satisfaction_after: after === '' ? null : SATISFACTIONS[after] } : {}),
                })
              }
              data-testid={`followup-to-${next}`}
            >
              {t(`followUps.step.${next}`)}
            </Button>
          ))}
          <Refusal error={step.error} />
        </div>
      </div>
    </Panel>
  );
}
