import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { catalogueQuery } from '@/api/usage';
import { Button } from '@/components/Button';
import { Dropdown } from '@/components/Dropdown';
import { PickList } from '@/components/PickList';
import { MAIN_GROUPS, offeredFields } from '@/features/toolbar/dimensions';
import { dimensionName } from '@/i18n/names';
import { useChangeView, useView } from '@/view/useView';

import classes from './Breakdown.module.css';

/** By what the charts are stacked and the table is split. */
export function GroupTabs() {
  const { t } = useTranslation();
  const { groupBy } = useView();
  const change = useChangeView();
  const tabs: readonly string[] = MAIN_GROUPS.some((name) => name === groupBy) ? MAIN_GROUPS : [...MAIN_GROUPS, groupBy];
  return (
    <div className={classes.tabs} role="group" aria-label={t('group.label')} data-testid="group-tabs">
      {tabs.map((name) => (
        <button key={name} type="button" className={classes.tab} aria-pressed={name === groupBy} onClick={() => change({ groupBy: name })} data-testid={`group-${name}`}>
          {dimensionName(t, name)}
        </button>
      ))}
      <MoreGroups />
    </div>
  );
}

function MoreGroups() {
  const { t } = useTranslation();
  const { groupBy } = useView();
  const change = useChangeView();
  const [opened, setOpened] = useState(false);
  const [text, setText] = useState('');
  const catalogue = useQuery({ ...catalogueQuery, enabled: opened });
  const wanted = text.trim().toLowerCase();
  const items = offeredFields(catalogue.data?.dimensions ?? [], [])
    .map(({ name, group }) => ({ value: name, label: dimensionName(t, name), group: t(`filter.${group}`), chosen: name === groupBy }))
    .filter((item) => item.label.toLowerCase().includes(wanted));
  const tag = /^tag:.+/.test(text.trim()) ? [{ value: text.trim(), label: text.trim() }] : [];
  const pick = (name: string) => {
    setOpened(false);
    setText('');
    change({ groupBy: name });
  };
  return (
    <Dropdown
      label={t('group.label')}
      opened={opened}
      onOpened={setOpened}
      trigger={(props) => (
        <Button look="quiet" iconRight="chevronDown" {...props} data-testid="group-more">
          {t('breakdown.more')}
        </Button>
      )}
    >
      <PickList label={t('filter.searchDimension')} items={[...items, ...tag]} text={text} onText={setText} onPick={pick} loading={catalogue.isPending} />
    </Dropdown>
  );
}
