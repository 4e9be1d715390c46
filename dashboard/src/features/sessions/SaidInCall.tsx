import { useInViewport } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { callQuery } from '@/api/calls';
import type { Content } from '@/api/types';
import { Skeleton } from '@/components/States';
import { Messages } from '@/features/calls/detail/ContentSection';
import { inputMessages, outputMessages } from '@/features/calls/messages';

import classes from './sessions.module.css';
import { newMessages } from './turns';

/** What a call says that those before it did not, and its answer. Asked for once it comes into sight: a conversation may be long. */
export function SaidInCall({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  const wasSeen = useRef(false);
  wasSeen.current ||= inViewport;
  const query = useQuery({ ...callQuery(id), enabled: wasSeen.current });
  return (
    <div ref={ref} className={classes.said} data-testid="session-said-in-call">
      {query.data !== undefined ? (
        query.data.content !== null && <SaidAnew content={query.data.content} />
      ) : query.error !== null ? (
        <p className={classes.notKept} role="alert">
          {t('state.errorTitle')}
        </p>
      ) : (
        <Skeleton height={48} />
      )}
    </div>
  );
}

function SaidAnew({ content }: { readonly content: Content }) {
  const { t } = useTranslation();
  const asked = newMessages(inputMessages(content.input) ?? []);
  const answered = outputMessages(content.output) ?? [];
  const all = [...asked, ...answered];
  return all.length === 0 ? (
    <p className={classes.notKept}>{t('sessions.noWords')}</p>
  ) : (
    <Messages messages={all} />
  );
}
