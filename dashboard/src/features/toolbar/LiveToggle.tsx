import { useTranslation } from 'react-i18next';

import { Button } from '@/components/Button';
import { useKeys } from '@/components/useKeys';
import { endsNow } from '@/view/range';
import { useChangeView, useView } from '@/view/useView';

import classes from './LiveToggle.module.css';

export function LiveToggle({
  onRefresh,
  refreshing,
  live = true,
}: {
  readonly onRefresh: () => void;
  readonly refreshing: boolean;
  /** Whether the page follows calls as they come. */
  readonly live?: boolean;
}) {
  const { t } = useTranslation();
  const view = useView();
  const change = useChangeView();
  const possible = endsNow(view.range);
  const on = possible && view.live;
  const toggle = () => live && possible && change({ live: !view.live }, { replace: true });
  useKeys({ l: () => void toggle(), r: onRefresh });

  return (
    <div className={classes.group}>
      {live && (
      <Button
        className={classes.live}
        pressed={on}
        aria-disabled={!possible}
        hint={possible ? t(on ? 'range.liveOn' : 'range.liveOff') : t('range.liveFixed')}
        data-hint-place="left"
        onClick={toggle}
        data-testid="live-toggle"
      >
        <span className={classes.dot} data-on={on || undefined} />
        {t('range.live')}
      </Button>
      )}
      <Button
        icon="refresh"
        iconOnly
        aria-label={t('range.refresh')}
        className={refreshing ? classes.turning : undefined}
        onClick={onRefresh}
        data-testid="refresh"
      />
    </div>
  );
}
