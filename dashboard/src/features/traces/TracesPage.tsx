import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { useView } from '@/view/useView';

import { TraceList } from './TraceList';
import { TraceRun } from './TraceRun';

/** The list of runs, or the run that the URL names. */
export function TracesPage() {
  const { t } = useTranslation();
  const { trace } = useView();
  useEffect(() => {
    document.title = `${t('nav.traces')} – ${t('app.name')}`;
  }, [t]);
  return trace === null ? <TraceList /> : <TraceRun key={trace} id={trace} />;
}
