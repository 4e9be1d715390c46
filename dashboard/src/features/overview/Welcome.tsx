import { useTranslation } from 'react-i18next';

import { CopyButton } from '@/components/CopyButton';
import { EmptyState } from '@/components/States';

import classes from './Welcome.module.css';

/** What a new server shows until its first call. */
export function Welcome() {
  const { t } = useTranslation();
  const base = `${window.location.origin}/v1`;
  const env = `export OPENAI_BASE_URL=${base}`;
  const code = `new OpenAI({ baseURL: '${base}' })`;
  return (
    <div className={classes.card} data-testid="welcome">
      <EmptyState title={t('welcome.title')} detail={t('welcome.detail')}>
        <Snippet label={t('welcome.env')} text={env} />
        <Snippet label={t('welcome.code')} text={code} />
        <p className={classes.waiting} role="status">
          {t('welcome.waiting')}
        </p>
      </EmptyState>
    </div>
  );
}

function Snippet({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div className={classes.snippet}>
      <span className={classes.label}>{label}</span>
      <div className={classes.line}>
        <code>{text}</code>
        <CopyButton text={text} what={label} />
      </div>
    </div>
  );
}
