import { useTranslation } from 'react-i18next';

import { Button } from '@/components/Button';
import { MAIN_GROUPS } from '@/features/toolbar/dimensions';
import { dimensionName } from '@/i18n/names';
import { useChangeView, useView } from '@/view/useView';

import classes from './GroupTabs.module.css';
import { GroupPicker } from './GroupPicker';

/** By what the table is split and the charts are stacked. */
export function GroupTabs() {
  const { t } = useTranslation();
  const { groupBy } = useView();
  const change = useChangeView();
  const tabs: readonly string[] = MAIN_GROUPS.some((name) => name === groupBy)
    ? MAIN_GROUPS
    : [...MAIN_GROUPS, groupBy];
  return (
    <div className={classes.tabs} role="group" aria-label={t('group.label')} data-testid="group-tabs">
      {tabs.map((name) => (
        <button
          key={name}
          type="button"
          className={classes.tab}
          aria-pressed={name === groupBy}
          onClick={() => change({ groupBy: name })}
          data-testid={`group-${name}`}
        >
          {dimensionName(t, name)}
        </button>
      ))}
      <GroupPicker
        trigger={(props) => (
          <Button look="quiet" iconRight="chevronDown" {...props} data-testid="group-more">
            {t('breakdown.more')}
          </Button>
        )}
      />
    </div>
  );
}

/** The same choice at the head of the page. */
export function GroupButton() {
  const { t } = useTranslation();
  const { groupBy } = useView();
  return (
    <div className={classes.groupButton}>
      <GroupPicker
        position="bottom-end"
        trigger={(props) => (
          <Button iconRight="chevronDown" {...props} data-testid="group-by">
            <span className={classes.groupLabel}>{t('group.label')}</span> {dimensionName(t, groupBy)}
          </Button>
        )}
      />
    </div>
  );
}
