import '@/theme/overlays.css';

import { Modal } from '@mantine/core';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/Button';

import { PAGES } from './pages';
import classes from './ShortcutHelp.module.css';

const KEYS = [
  { keys: ['/'], name: 'keys.search' },
  { keys: ['f'], name: 'keys.filter' },
  { keys: ['l'], name: 'keys.live' },
  { keys: ['r'], name: 'keys.refresh' },
  { keys: ['j'], name: 'keys.next' },
  { keys: ['k'], name: 'keys.previous' },
  { keys: ['Enter'], name: 'keys.open' },
  { keys: ['Esc'], name: 'keys.close' },
  { keys: ['?'], name: 'keys.help' },
] as const;

export default function ShortcutHelp({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    // Locking the scroll would need a style element, which the content security policy forbids.
    <Modal.Root opened={opened} onClose={onClose} lockScroll={false} centered>
      <Modal.Overlay />
      <Modal.Content aria-label={t('keys.title')} className={classes.content}>
        {/* Not Modal.Header: a header element here would be a second banner of the page. */}
        <div className={classes.head}>
          <h2 className={classes.title}>{t('keys.title')}</h2>
          <Button look="quiet" icon="close" iconOnly aria-label={t('state.close')} onClick={onClose} data-autofocus />
        </div>
        <dl className={classes.list}>
          {PAGES.map((page) => (
            <Shortcut key={page.id} keys={['g', page.key]} text={t('keys.goTo', { page: t(page.name) })} />
          ))}
          {KEYS.map(({ keys, name }) => (
            <Shortcut key={name} keys={keys} text={t(name)} />
          ))}
        </dl>
      </Modal.Content>
    </Modal.Root>
  );
}

function Shortcut({ keys, text }: { readonly keys: readonly string[]; readonly text: string }) {
  const { t } = useTranslation();
  return (
    <>
      <dt>
        {keys.map((key, index) => (
          <Fragment key={key}>
            {index > 0 && <span className={classes.then}>{t('keys.afterwards')}</span>}
            <kbd>{key}</kbd>
          </Fragment>
        ))}
      </dt>
      <dd>{text}</dd>
    </>
  );
}
