import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { CallDetail, Content } from '@/api/types';
import { statusQuery } from '@/api/usage';
import { Button } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { en } from '@/i18n/en';

import { inputMessages, outputMessages, pretty, type Message } from '../messages';
import classes from './detail.module.css';
import { Code } from './RecordSections';
import { Section } from './Section';

type Role = keyof typeof en.detail.role;
const isRole = (role: string): role is Role => Object.hasOwn(en.detail.role, role);

/** What was said, where it is kept; else why it is not. */
export function ContentSection({ call }: { readonly call: CallDetail }) {
  const { t } = useTranslation();
  const status = useQuery(statusQuery);
  if (call.content !== null) {
    return <Said content={call.content} />;
  }
  const off = status.data?.capture === 'none';
  return (
    <Section title={t('detail.content')} testid="detail-content">
      <p className={classes.off}>
        <Icon name="blocked" size={16} />
        <span>
          {t(off ? 'detail.captureOff' : 'detail.captureNone')}{' '}
          {off && <span className={classes.note}>{t('detail.captureOffHow')}</span>}
        </span>
      </p>
    </Section>
  );
}

function Said({ content }: { readonly content: Content }) {
  const { t } = useTranslation();
  const [raw, setRaw] = useState(false);
  const input = inputMessages(content.input);
  const output = outputMessages(content.output);
  return (
    <Section
      title={t('detail.content')}
      testid="detail-content"
      action={
        <Button look="quiet" pressed={raw} onClick={() => setRaw(!raw)}>
          {t('detail.raw')}
        </Button>
      }
    >
      {(content.redacted || content.truncated) && (
        <p className={classes.note}>
          {content.redacted && t('detail.redacted')} {content.truncated && t('detail.truncated')}
        </p>
      )}
      {raw || input === null ? (
        <Code text={pretty(content.input)} what={t('detail.role.input')} />
      ) : (
        <Messages messages={input} />
      )}
      {content.output !== '' &&
        (raw || output === null ? (
          <Code text={pretty(content.output)} what={t('detail.role.output')} />
        ) : (
          <Messages messages={output} />
        ))}
    </Section>
  );
}

/** What was said, message by message. */
export function Messages({ messages }: { readonly messages: readonly Message[] }) {
  const { t } = useTranslation();
  return (
    <ol className={classes.messages}>
      {messages.map(({ role, text, media, toolCalls }, i) => (
        // Messages have no name but their place.
        <li key={i} className={classes.message} data-role={role}>
          <span className={classes.role}>{isRole(role) ? t(`detail.role.${role}`) : role}</span>
          {text !== '' && <p className={classes.said}>{text}</p>}
          {media.map((part, place) => (
            <span key={place} className={classes.media}>
              {part === 'image' || part === 'audio' || part === 'file' ? t(`detail.part.${part}`) : part}
            </span>
          ))}
          {toolCalls.map((call, place) => (
            <div key={place}>
              <span className={classes.role}>{t('detail.toolCall', { name: call.name })}</span>
              <pre className={classes.tool}>{pretty(call.input)}</pre>
            </div>
          ))}
        </li>
      ))}
    </ol>
  );
}
