import { useMediaQuery } from '@mantine/hooks';
import { Link, useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Dropdown } from '@/components/Dropdown';
import { Icon } from '@/components/Icon';
import { sharedSearch, useView } from '@/view/useView';

import { inBar, PAGE_GROUPS, PAGES, type PageEntry } from './pages';
import classes from './Shell.module.css';

/** The way from page to page. Range and filters go along. */
export function NavLinks() {
  const { t } = useTranslation();
  const narrow = useMediaQuery('(max-width: 699px)', false, { getInitialValueInEffect: false });
  return (
    <nav className={narrow ? classes.bar : classes.nav} aria-label={t('nav.label')}>
      {narrow ? <Bar /> : <Groups />}
    </nav>
  );
}

interface PageLinkProps {
  readonly page: PageEntry;
  readonly onFollow?: () => void;
}

function PageLink({ page, onFollow }: PageLinkProps) {
  const { t } = useTranslation();
  const view = useView();
  return (
    <Link
      to={page.to}
      search={sharedSearch(view)}
      className={classes.link}
      activeOptions={{ exact: true, includeSearch: false }}
      onClick={onFollow}
      data-testid={`nav-${page.id}`}
    >
      <Icon name={page.icon} size={20} />
      <span>{t(page.name)}</span>
    </Link>
  );
}

/** All pages, group by group. */
function Groups({ onFollow }: { readonly onFollow?: () => void }) {
  const { t } = useTranslation();
  return PAGE_GROUPS.map(({ name, pages }) => (
    <div
      key={name ?? ''}
      className={classes.group}
      {...(name === null ? {} : { role: 'group', 'aria-label': t(name) })}
    >
      {name !== null && (
        <p className={classes.groupName} aria-hidden="true">
          {t(name)}
        </p>
      )}
      {pages.map((page) => (
        <PageLink key={page.to} page={page} {...(onFollow === undefined ? {} : { onFollow })} />
      ))}
    </div>
  ));
}

/** A phone's bar: the first pages, and all of them behind the last button. */
function Bar() {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const here = useLocation({ select: ({ pathname }) => pathname });
  const { shown, rest } = inBar(PAGES);
  return (
    <>
      {shown.map((page) => (
        <PageLink key={page.to} page={page} />
      ))}
      {rest.length > 0 && (
        <Dropdown
          label={t('nav.all')}
          opened={opened}
          onOpened={setOpened}
          position="top-end"
          className={classes.sheet ?? ''}
          wrapClassName={classes.moreWrap ?? ''}
          trigger={(props) => (
            <button
              type="button"
              className={classes.link}
              data-current={rest.some((page) => page.to === here) || undefined}
              data-testid="nav-more"
              {...props}
            >
              <Icon name="dots" size={20} />
              <span>{t('nav.more')}</span>
            </button>
          )}
        >
          <Groups onFollow={() => setOpened(false)} />
        </Dropdown>
      )}
    </>
  );
}
