import { useTranslation } from 'react-i18next';

import { Button } from '@/components/Button';
import { EmptyState } from '@/components/States';
import { useChangeView, useView } from '@/view/useView';

/** No calls: because of the filters, or of the time. Either can be widened. */
export function NothingHere() {
  const { t } = useTranslation();
  const view = useView();
  const change = useChangeView();
  const filtered = view.filters.length > 0;
  return (
    <EmptyState title={t('state.emptyTitle')} detail={t(filtered ? 'state.emptyDetail' : 'state.emptyRange')}>
      {filtered ? (
        <Button onClick={() => change({ filters: [] })}>{t('state.clearFilters')}</Button>
      ) : (
        <Button onClick={() => change({ range: { from: '-30d', to: 'now' } })}>{t('state.widen')}</Button>
      )}
    </EmptyState>
  );
}
