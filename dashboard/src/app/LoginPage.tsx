import { useId, useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiError } from '@/api/client';
import { useLogIn } from '@/api/session';
import { Button } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { Logo } from '@/components/Logo';

import { LanguageMenu, SchemeMenu } from './Preferences';
import classes from './Login.module.css';

/** A one-time code is short; a token is long. Either may be typed. */
const isCode = (text: string): boolean => text.length <= 24;

export function LoginPage({ failedCode }: { readonly failedCode: boolean }) {
  const { t } = useTranslation();
  const logIn = useLogIn();
  const id = useId();
  const [proof, setProof] = useState('');

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const text = proof.trim();
    logIn.mutate(
      { token: text },
      { onError: (error) => isCode(text) && isRefused(error) && logIn.mutate({ code: text }) },
    );
  };
  const problem = logIn.isError ? describe(logIn.error) : failedCode && logIn.isIdle ? 'login.wrong' : null;

  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={submit}>
        <div className={classes.brand}>
          <Logo size={52} />
          <div>
            <p className={classes.name}>{t('app.name')}</p>
            <p className={classes.tagline}>{t('app.tagline')}</p>
          </div>
        </div>
        <h1 className={classes.title}>{t('login.title')}</h1>
        <p className={classes.text}>{t('login.intro')}</p>
        <label className={classes.label} htmlFor={`${id}-proof`}>
          {t('login.token')}
        </label>
        <input
          id={`${id}-proof`}
          className={classes.input}
          type="password"
          autoComplete="current-password"
          required
          value={proof}
          aria-describedby={`${id}-hint ${id}-problem`}
          aria-invalid={problem !== null}
          onChange={(event) => setProof(event.target.value)}
        />
        <p id={`${id}-problem`} className={classes.problem} role="alert">
          {problem !== null && (
            <>
              <Icon name="error" size={16} /> {t(problem)}
            </>
          )}
        </p>
        <Button type="submit" look="strong" disabled={logIn.isPending || proof.trim() === ''}>
          {t('login.submit')}
        </Button>
        <p id={`${id}-hint`} className={classes.hint}>
          {t('login.tokenHint')}
        </p>
      </form>
      <div className={classes.preferences}>
        <LanguageMenu />
        <SchemeMenu />
      </div>
    </main>
  );
}

const isRefused = (error: unknown): boolean => error instanceof ApiError && error.status === 401;

function describe(error: unknown): 'login.wrong' | 'login.limited' | 'login.failed' {
  if (error instanceof ApiError && error.status === 429) {
    return 'login.limited';
  }
  return error instanceof ApiError && error.status !== 0 && error.status < 500 ? 'login.wrong' : 'login.failed';
}
