import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { casesKey } from '@/api/cases';
import pageClasses from '@/components/Page.module.css';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useView } from '@/view/useView';

import { AnnotationList } from './AnnotationList';
import { CaseView } from './CaseView';

/** What changed, and what it did: all that was written down, and the case of the one that is open. */
export function CasesPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { key } = useView();
  const fetching = useIsFetching({ queryKey: casesKey });
  useEffect(() => {
    document.title = `${t('nav.cases')} – ${t('app.name')}`;
  }, [t]);
  return (
    <div className={pageClasses.page} data-testid="cases">
      <PageHeader
        title={t('nav.cases')}
        onRefresh={() => void client.invalidateQueries({ queryKey: casesKey })}
        refreshing={fetching > 0}
        stale={false}
        live={false}
        ranged={false}
        filters={key !== null}
      />
      <p className={pageClasses.hint}>{t('cases.hint')}</p>
      {key === null ? <AnnotationList /> : <CaseView key={key} id={key} />}
    </div>
  );
}
