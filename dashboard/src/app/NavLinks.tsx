import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { Icon } from '@/components/Icon';
import { sharedSearch, useView } from '@/view/useView';

import classes from './Shell.module.css';

const PAGES = [
  { to: '/', icon: 'overview', name: 'nav.overview', testid: 'nav-overview' },
  { to: '/calls', icon: 'calls', name: 'nav.calls', testid: 'nav-calls' },
  { to: '/traces', icon: 'traces', name: 'nav.traces', testid: 'nav-traces' },
  { to: '/prices', icon: 'prices', name: 'nav.prices', testid: 'nav-prices' },
  { to: '/quality', icon: 'quality', name: 'nav.quality', testid: 'nav-quality' },
] as const;

/** Range and filters go along from page to page. */
export function NavLinks() {
  const { t } = useTranslation();
  const view = useView();
  return (
    <nav className={classes.nav} aria-label={t('nav.label')}>
      {PAGES.map((page) => (
        <Link
          key={page.to}
          to={page.to}
          search={sharedSearch(view)}
          className={classes.link}
          activeOptions={{ exact: true, includeSearch: false }}
          data-testid={page.testid}
        >
          <Icon name={page.icon} size={20} />
          <span>{t(page.name)}</span>
        </Link>
      ))}
    </nav>
  );
}
