import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { useChangeKeys } from '@/api/keys';
import type { Key } from '@/api/types';
import { Button } from '@/components/Button';
import form from '@/components/Form.module.css';

import classes from './keys.module.css';

interface Props {
  readonly of: Key;
  readonly changes: ReturnType<typeof useChangeKeys>;
  readonly onMade: (key: Key) => void;
}

type Asked = 'rotate' | 'revoke';
const OVERLAPS = ['', '1h', '24h', '7d'] as const;

/** Rotate and revoke, each after it was asked whether that is meant. */
export function KeyActions({ of: key, changes, onMade }: Props) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked | null>(null);
  const opener = useRef<HTMLSpanElement>(null);
  const wasAsked = useRef(false);
  useEffect(() => {
    // Whoever came by keyboard stays where they were.
    if (wasAsked.current && asked === null) {
      opener.current?.querySelector('button')?.focus();
    }
    wasAsked.current = asked !== null;
  }, [asked]);
  if (key.state === 'revoked') {
    return null;
  }
  const name = key.name ?? key.hint;
  return asked === null ? (
    <span ref={opener} className={classes.actions}>
      <Button look="quiet" icon="refresh" aria-label={`${t('apiKeys.rotate')}: ${name}`} onClick={() => setAsked('rotate')} data-testid="rotate-key">
        {t('apiKeys.rotate')}
      </Button>
      <Button look="quiet" icon="blocked" aria-label={`${t('apiKeys.revoke')}: ${name}`} onClick={() => setAsked('revoke')} data-testid="revoke-key">
        {t('apiKeys.revoke')}
      </Button>
    </span>
  ) : (
    <Question of={key} asked={asked} changes={changes} onMade={onMade} onClose={() => setAsked(null)} />
  );
}

function Question({ of: key, asked, changes, onMade, onClose }: Props & { readonly asked: Asked; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [overlap, setOverlap] = useState<string>('');
  const cancel = useRef<HTMLButtonElement>(null);
  useEffect(() => cancel.current?.focus(), []);
  const name = key.name ?? key.hint;
  const title = t(asked === 'rotate' ? 'apiKeys.askRotate' : 'apiKeys.askRevoke', { name });
  const confirm = () =>
    changes.mutate(asked === 'rotate' ? { kind: 'rotate', id: key.id, overlap: overlap === '' ? null : overlap } : { kind: 'revoke', id: key.id }, {
      onSuccess: (changed) => {
        onMade(changed);
        onClose();
      },
    });
  return (
    <span className={classes.question} role="group" aria-label={title} onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <span className={classes.asked}>{title}</span>
      {asked === 'rotate' && (
        <select className={form.field} aria-label={t('apiKeys.overlapLabel')} value={overlap} onChange={(event) => setOverlap(event.target.value)}>
          {OVERLAPS.map((value) => (
            <option key={value} value={value}>
              {value === '' ? t('apiKeys.atOnce') : t('apiKeys.overlapFor', { time: value })}
            </option>
          ))}
        </select>
      )}
      <Button look="strong" disabled={changes.isPending} onClick={confirm} data-testid="confirm-key">
        {t(asked === 'rotate' ? 'apiKeys.rotate' : 'apiKeys.revoke')}
      </Button>
      <Button ref={cancel} disabled={changes.isPending} onClick={onClose}>
        {t('apiKeys.cancel')}
      </Button>
      {changes.isError && (
        <span role="alert" className={classes.error}>
          {changes.error.message}
        </span>
      )}
    </span>
  );
}
