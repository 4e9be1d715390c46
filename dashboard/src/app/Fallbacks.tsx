import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/Button';
import { EmptyState } from '@/components/States';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <EmptyState title={t('app.notFound')} detail={t('app.notFoundDetail')}>
      <Link to="/">{t('app.toOverview')}</Link>
    </EmptyState>
  );
}

export function Crashed({ error }: { readonly error: unknown }) {
  const { t } = useTranslation();
  return (
    <EmptyState title={t('app.crashed')} detail={error instanceof Error ? error.message : ''}>
      <Button icon="refresh" onClick={() => window.location.reload()}>
        {t('app.reload')}
      </Button>
    </EmptyState>
  );
}
