// What only the whole record has: attempts, parameters, headers, raw usage, repairs.
import { useTranslation } from 'react-i18next';

import type { CallDetail } from '@/api/types';
import { CopyButton } from '@/components/CopyButton';
import { sourceName, stepName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';

import classes from './detail.module.css';
import { Section } from './Section';

export function RecordSections({ call }: { readonly call: CallDetail }) {
  const { t } = useTranslation();
  const hasHeaders = Object.keys(call.request_headers).length + Object.keys(call.response_headers).length > 0;
  return (
    <>
      <Joined call={call} />
      <Attempts call={call} />
      {call.params !== null && (
        <Section title={t('detail.params')}>
          <Pairs
            pairs={Object.entries(call.params as Record<string, unknown>).map(([name, value]) => [
              name,
              typeof value === 'string' ? value : JSON.stringify(value),
            ])}
          />
        </Section>
      )}
      {hasHeaders && (
        <Section title={t('detail.requestHeaders')}>
          <Pairs pairs={Object.entries(call.request_headers)} />
          <h3 className={classes.heading}>{t('detail.responseHeaders')}</h3>
          <Pairs pairs={Object.entries(call.response_headers)} />
          <p className={classes.note}>{t('detail.headersNote')}</p>
        </Section>
      )}
      {call.usage !== null && (
        <Section title={t('detail.usage')}>
          <Code text={JSON.stringify(call.usage, null, 2)} what={t('detail.usage')} />
        </Section>
      )}
      {call.repairs.length > 0 && (
        <Section title={t('detail.repairs')}>
          <p className={classes.note}>{t('detail.repairsNote')}</p>
          <ul className={classes.repairs}>
            {call.repairs.map((step) => (
              <li key={step}>
                {stepName(t, step)} <code>{step}</code>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

/** Which sources told of this call, and how much of it is each one's word. */
function Joined({ call }: { readonly call: CallDetail }) {
  const { t } = useTranslation();
  if (call.joined === null) {
    return null;
  }
  return (
    <Section title={t('detail.joined')} testid="detail-joined">
      <p className={classes.note}>{t('detail.joinedNote')}</p>
      <ol className={classes.attempts}>
        {call.joined.map((record) => (
          <li key={record.call_id} title={record.gave.join(', ')}>
            <span>{sourceName(t, record.source)}</span>
            <span>{t('detail.joinedGave', { count: record.gave.length })}</span>
            <span className={classes.note}>
              <code>{record.span_id ?? record.call_id}</code>
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Attempts({ call }: { readonly call: CallDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (call.attempts.length === 0) {
    return null;
  }
  return (
    <Section title={t('detail.attempts')}>
      <ol className={classes.attempts}>
        {call.attempts.map((attempt, i) => (
          // Attempts have no name but their place.
          <li key={i}>
            <span>{attempt.target}</span>
            <span>
              {attempt.http_status === null || attempt.http_status === 0
                ? t('detail.noAnswer')
                : t('detail.attemptStatus', { status: String(attempt.http_status) })}
            </span>
            <span>{format.micros(attempt.duration_us)}</span>
            <span className={classes.note}>
              {attempt.why === null || attempt.why === '' ? t('detail.first') : attempt.why}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Pairs({ pairs }: { readonly pairs: readonly (readonly [string, string])[] }) {
  return (
    <dl className={classes.pairs}>
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Code({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <div className={classes.code}>
      {/* Scrollable regions can be reached by keyboard. */}
      <pre tabIndex={0} aria-label={what}>
        {text}
      </pre>
      <CopyButton text={text} what={what} />
    </div>
  );
}
