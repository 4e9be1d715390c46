import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { fingerprintOf, useChangeKeys } from '@/api/keys';
import type { Key } from '@/api/types';
import { usageQuery } from '@/api/usage';
import { DataTable } from '@/charts/DataTable';
import { Button } from '@/components/Button';
import { CopyButton } from '@/components/CopyButton';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { EmptyState, Loaded } from '@/components/States';
import { groupRows } from '@/features/figures/groupRows';
import { useFormat } from '@/i18n/useFormat';
import { sharedSearch, useChangeView, useView } from '@/view/useView';

import { IssueForm } from './IssueForm';
import { KeyActions } from './KeyActions';
import classes from './keys.module.css';
import { LimitsOfKey } from './LimitsOfKey';

const ALL = 10_000;

/** Keys that Sightglass gave out: whose they are, what they may and what they did; issued, rotated and revoked here. */
export function IssuedKeys({ query }: { readonly query: UseQueryResult<readonly Key[]> }) {
  const { t } = useTranslation();
  const view = useView();
  const change = useChangeView();
  const changes = useChangeKeys();
  const [made, setMade] = useState<Key | null>(null);
  const issuing = view.tab === 'issue';
  const done = (key: Key) => setMade(key.key === undefined ? null : key);
  return (
    <Panel
      title={t('apiKeys.issued')}
      hint={t('apiKeys.issuedHint')}
      testid="issued-keys"
      aside={
        <Button icon="plus" pressed={issuing} onClick={() => change({ tab: issuing ? null : 'issue' }, { replace: true })} data-testid="issue-key">
          {t('apiKeys.issue')}
        </Button>
      }
    >
      {issuing && (
        <IssueForm
          changes={changes}
          onIssued={(key) => {
            done(key);
            change({ tab: null }, { replace: true });
          }}
        />
      )}
      {made !== null && <NewText made={made} onClose={() => setMade(null)} />}
      <Loaded query={query} height={120}>
        {(data) =>
          data.length === 0 ? (
            <EmptyState compact title={t('apiKeys.none')} detail={t('apiKeys.noneHow')} />
          ) : (
            <Keys keys={data} changes={changes} onMade={done} />
          )
        }
      </Loaded>
    </Panel>
  );
}

/** The text of a new key, which nobody can ask for again. */
function NewText({ made, onClose }: { readonly made: Key; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.made} role="status" data-testid="new-key">
      <p>{t('apiKeys.shownOnce', { name: made.name ?? made.hint })}</p>
      <div className={pageClasses.actions}>
        <code className={classes.text} data-testid="new-key-text">
          {made.key}
        </code>
        <CopyButton text={made.key ?? ''} what={t('dim.api_key')} />
        <Button onClick={onClose} data-testid="new-key-close">
          {t('apiKeys.kept')}
        </Button>
      </div>
    </div>
  );
}

interface KeysProps {
  readonly keys: readonly Key[];
  readonly changes: ReturnType<typeof useChangeKeys>;
  readonly onMade: (key: Key) => void;
}

function Keys({ keys, changes, onMade }: KeysProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const { data } = useQuery(
    usageQuery('slow', { metrics: ['calls', 'cost_usd'], range: view.range, filters: view.filters, groupBy: ['api_key'], limit: ALL }),
  );
  const used = data === undefined ? null : new Map(groupRows(data, 1).map(({ value, figures }) => [value, figures]));
  const day = (time: string | null): string => (time === null ? '–' : format.day(Date.parse(time)));
  const head = ['name', 'text', 'state', 'owner', 'limits', 'created', 'expires', 'calls', 'cost', 'actions'] as const;
  return (
    <div className={pageClasses.table} data-testid="issued-keys-table">
      <DataTable
        cards
        caption={t('apiKeys.issued')}
        texts={5}
        head={head.map((column) => t(`apiKeys.column.${column}`))}
        rows={keys.map((key) => {
          const figures = used?.get(fingerprintOf(key));
          const number = (text: string) => (
            <Link to="/keys" search={{ ...sharedSearch(view), key: fingerprintOf(key) }} className={pageClasses.number}>
              {text}
            </Link>
          );
          return {
            key: key.id,
            cells: [
              key.name ?? t('apiKeys.unnamed'),
              <code key="text">{key.hint}</code>,
              <span key="state" className={classes.state} data-state={key.state}>
                {t(`apiKeys.state.${key.state}`)}
                {key.previous_until !== null && Date.parse(key.previous_until) > Date.now() && (
                  <span className={pageClasses.quiet}> {t('apiKeys.overlap', { time: format.dateTime(Date.parse(key.previous_until)) })}</span>
                )}
              </span>,
              [key.owner, key.team, key.service].filter(Boolean).join(' · ') || '–',
              <LimitsOfKey key="limits" of={key} />,
              day(key.created_at),
              day(key.expires_at),
              used === null ? '–' : number(format.integer(figures?.calls ?? 0)),
              used === null ? '–' : number(format.usd(figures?.cost_usd ?? null)),
              <KeyActions key="actions" of={key} changes={changes} onMade={onMade} />,
            ],
          };
        })}
      />
    </div>
  );
}
