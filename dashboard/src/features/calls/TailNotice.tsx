import { useTranslation } from 'react-i18next';

import { Button } from '@/components/Button';
import { useFormat } from '@/i18n/useFormat';

import classes from './TailNotice.module.css';

interface Props {
  readonly held: number;
  readonly leftOut: number;
  readonly onShow: () => void;
  readonly onReload: () => void;
}

/** What the live tail holds back while one reads, and what was too much for the feed. */
export function TailNotice({ held, leftOut, onShow, onReload }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  if (held === 0 && leftOut === 0) {
    return null;
  }
  return (
    <div className={classes.notice}>
      {held > 0 && (
        <Button look="strong" icon="arrowUp" onClick={onShow} data-testid="new-calls">
          {t('calls.newCalls', { count: held, value: format.integer(held) })}
        </Button>
      )}
      {leftOut > 0 && (
        <span className={classes.leftOut} data-testid="left-out">
          {t('calls.leftOut', { count: leftOut, value: format.integer(leftOut) })}
          <Button look="quiet" onClick={onReload}>
            {t('calls.loadAll')}
          </Button>
        </span>
      )}
    </div>
  );
}
