import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { CallSummary } from '@/api/types';
import { CopyButton } from '@/components/CopyButton';
import { dimensionName, valueName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';
import { is } from '@/view/filters';
import { callsSearch, useView } from '@/view/useView';

import classes from './detail.module.css';
import { Section } from './Section';

const WHO = [
  'service',
  'team',
  'organization',
  'project',
  'user',
  'environment',
  'session_id',
  'turn',
  'sdk',
  'client_ip',
  'user_agent',
] as const satisfies readonly (keyof CallSummary)[];
const WHAT = [
  'operation',
  'provider',
  'upstream',
  'upstream_key',
  'endpoint',
  'model',
  'model_requested',
  'model_family',
  'stream',
  'service_tier',
  'http_status',
  'finish_reason',
  'cache_hit',
  'shadow_limits',
  'language',
  'scenario',
  'source',
] as const satisfies readonly (keyof CallSummary)[];
const IDS = [
  'call_id',
  'provider_response_id',
  'provider_request_id',
  'trace_id',
  'span_id',
  'session_id',
] as const satisfies readonly (keyof CallSummary)[];

export function FactsSection({ call }: { readonly call: CallSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tags = Object.entries(call.tags);
  return (
    <>
      <Section title={t('detail.who')}>
        <dl className={classes.facts}>
          {call.api_key !== null && (
            <FilterFact name="api_key" value={call.api_key} label={call.api_key_label ?? call.api_key} />
          )}
          {WHO.map((name) =>
            call[name] === null ? null : <FilterFact key={name} name={name} value={String(call[name])} />,
          )}
        </dl>
      </Section>
      <Section title={t('detail.what')}>
        <dl className={classes.facts}>
          {WHAT.map((name) =>
            call[name] === null ? null : <FilterFact key={name} name={name} value={String(call[name])} />,
          )}
          {call.request_bytes !== null && (
            <Plain name={t('detail.requestSize')} value={format.bytes(call.request_bytes)} />
          )}
          {call.response_bytes !== null && (
            <Plain name={t('detail.responseSize')} value={format.bytes(call.response_bytes)} />
          )}
        </dl>
      </Section>
      {tags.length > 0 && (
        <Section title={t('detail.tags')}>
          <dl className={classes.facts}>
            {tags.map(([name, value]) => (
              <FilterFact key={name} name={`tag:${name}`} value={value} title={name} />
            ))}
          </dl>
        </Section>
      )}
      <Section title={t('detail.ids')}>
        <dl className={classes.ids}>
          {IDS.map((name) => {
            const id = call[name];
            return id === null ? null : (
              <div key={name} className={classes.id}>
                <dt>{t(`detail.id.${name}`)}</dt>
                <dd>
                  <code>{id}</code>
                  <CopyButton text={id} what={t(`detail.id.${name}`)} />
                </dd>
              </div>
            );
          })}
        </dl>
      </Section>
    </>
  );
}

/** A value that leads to all calls that have it. */
function FilterFact({
  name,
  value,
  label,
  title,
}: {
  readonly name: string;
  readonly value: string;
  readonly label?: string;
  readonly title?: string;
}) {
  const { t } = useTranslation();
  const view = useView();
  const shown = label ?? valueName(t, name, value);
  const heading = title ?? dimensionName(t, name);
  return (
    <div className={classes.fact}>
      <dt>{heading}</dt>
      <dd>
        <Link
          to="/calls"
          search={{ ...callsSearch(view, [is(name, value)]), ...(view.call === null ? {} : { call: view.call }) }}
          className={classes.link}
          title={t('detail.filterBy', { name: heading, value: shown })}
        >
          {shown}
        </Link>
      </dd>
    </div>
  );
}

function Plain({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
