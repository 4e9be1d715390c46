import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { useView } from '@/view/useView';

import { Conversation } from './Conversation';
import { SessionList } from './SessionList';

/** The list of conversations, or the one that the URL names. */
export function SessionsPage() {
  const { t } = useTranslation();
  const { session } = useView();
  useEffect(() => {
    document.title = `${t('nav.sessions')} – ${t('app.name')}`;
  }, [t]);
  return session === null ? <SessionList /> : <Conversation key={session} id={session} />;
}
