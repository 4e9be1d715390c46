import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useLogIn, useSession } from '@/api/session';
import { Logo } from '@/components/Logo';
import { ErrorState } from '@/components/States';

import { LoginPage } from './LoginPage';
import classes from './Login.module.css';

/**
 * Shows the pages to those who are logged in, and the login in their place to others. The address stays, so that after the
 * login one is where one wanted to be.
 */
export function SessionGate({ code, children }: { readonly code: string | null; readonly children: ReactNode }) {
  const { t } = useTranslation();
  const logIn = useLogIn();
  const posting = code !== null && (logIn.isPending || logIn.isIdle);
  const session = useSession(!posting);
  const posted = useRef(false);

  const { mutate } = logIn;
  useEffect(() => {
    if (code !== null && !posted.current) {
      posted.current = true;
      mutate({ code });
    }
  }, [code, mutate]);

  if (posting || session.isPending) {
    return (
      <div className={classes.page} role="status" aria-label={code === null ? t('app.loading') : t('login.checking')}>
        <Logo size={64} />
      </div>
    );
  }
  if (session.isError && session.data === undefined) {
    return (
      <div className={classes.page}>
        <ErrorState error={session.error} onRetry={() => void session.refetch()} />
      </div>
    );
  }
  return session.data?.authenticated === true ? children : <LoginPage failedCode={logIn.isError} />;
}
