import { Outlet } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useLogOut } from '@/api/session';
import { statusQuery } from '@/api/usage';
import { Button } from '@/components/Button';
import { Logo } from '@/components/Logo';

import { NavLinks } from './NavLinks';
import { LanguageMenu, SchemeMenu } from './Preferences';
import classes from './Shell.module.css';
import { Ticker } from './Ticker';
import { useLiveConnection } from './useLiveConnection';
import { useGlobalShortcuts } from './useGlobalShortcuts';

const ShortcutHelp = lazy(() => import('./ShortcutHelp'));

export function Shell() {
  const { t } = useTranslation();
  const [help, setHelp] = useState(false);
  useLiveConnection();
  useGlobalShortcuts(() => setHelp(true));
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#content">
        {t('app.skip')}
      </a>
      <header className={classes.rail}>
        <div className={classes.brand}>
          <Logo />
          <span className={classes.name}>{t('app.name')}</span>
          <DemoBadge />
        </div>
        <NavLinks />
        <Ticker />
        <Tools onHelp={() => setHelp(true)} />
      </header>
      <main id="content" className={classes.content} tabIndex={-1}>
        <Outlet />
      </main>
      {help && (
        <Suspense fallback={null}>
          <ShortcutHelp opened onClose={() => setHelp(false)} />
        </Suspense>
      )}
    </div>
  );
}

function DemoBadge() {
  const { t } = useTranslation();
  const status = useQuery(statusQuery);
  if (status.data?.demo !== true) {
    return null;
  }
  return (
    <span className={classes.demo} title={t('nav.demoHint')} data-testid="demo-badge">
      {t('nav.demo')}
    </span>
  );
}

function Tools({ onHelp }: { readonly onHelp: () => void }) {
  const { t } = useTranslation();
  const status = useQuery(statusQuery);
  const logOut = useLogOut();
  return (
    <div className={classes.tools}>
      <div className={classes.buttons}>
        <LanguageMenu />
        <SchemeMenu />
        <Button
          look="quiet"
          icon="keyboard"
          iconOnly
          className={classes.wideOnly}
          aria-label={t('nav.shortcuts')}
          hint={t('nav.shortcuts')}
          data-hint-place="above"
          onClick={onHelp}
        />
        <Button
          look="quiet"
          icon="logOut"
          iconOnly
          aria-label={t('nav.logOut')}
          hint={t('nav.logOut')}
          data-hint-place="above"
          onClick={() => logOut.mutate()}
          data-testid="log-out"
        />
      </div>
      {status.data && <p className={classes.version}>{t('nav.version', { version: status.data.version })}</p>}
    </div>
  );
}
