import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { misusedKeysQuery } from '@/api/keyUse';
import { DataTable } from '@/charts/DataTable';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { useFormat } from '@/i18n/useFormat';
import { sharedSearch, useView } from '@/view/useView';

/** Keys that were used as no owner would. Where there are none, nothing is shown. */
export function MisusedKeys() {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const { data } = useQuery(misusedKeysQuery(view.live));
  const rows = (data?.items ?? []).flatMap((trace) => trace.uses.filter(({ alarming }) => alarming).map((use) => ({ trace, use })));
  if (rows.length === 0) {
    return null;
  }
  const title = t('apiKeys.misused');
  return (
    <Panel title={title} hint={t('apiKeys.misusedHint')} testid="misused-keys">
      <DataTable
        cards
        caption={title}
        texts={7}
        head={[t('dim.api_key'), t('dim.client_ip'), t('dim.user_agent'), t('dim.service'), t('apiKeys.odd'), t('apiKeys.column.owner'), t('apiKeys.usedBefore'), t('breakdown.requests')]}
        rows={rows.map(({ trace, use }) => ({
          key: `${trace.fingerprint} ${use.client_ip} ${use.user_agent} ${use.service}`,
          cells: [
            <Link key="key" to="/keys" search={{ ...sharedSearch(view), key: trace.fingerprint }} data-testid="misused-key">
              {trace.label ?? trace.fingerprint}
            </Link>,
            use.client_ip ?? '–',
            use.user_agent ?? '–',
            use.service ?? '–',
            <span key="odd" className={pageClasses.bad}>
              {format.list(use.odd.map((odd) => t(`apiKeys.oddity.${odd}`)))}
            </span>,
            trace.owner ?? '–',
            format.list([...trace.services_before, ...trace.users_before].slice(0, 6).map(({ name }) => name)) || '–',
            format.integer(use.calls),
          ],
        }))}
      />
    </Panel>
  );
}
