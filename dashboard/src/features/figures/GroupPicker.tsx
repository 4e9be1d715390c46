import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { catalogueQuery } from '@/api/usage';
import { Dropdown, type TriggerProps } from '@/components/Dropdown';
import { PickList } from '@/components/PickList';
import { offeredFields } from '@/features/toolbar/dimensions';
import { dimensionName } from '@/i18n/names';
import { useChangeView, useView } from '@/view/useView';

/** Every field to group by; a tag is typed as `tag:name`. */
export function GroupPicker({
  trigger,
  position,
}: {
  readonly trigger: (props: TriggerProps) => ReactElement;
  readonly position?: 'bottom-start' | 'bottom-end';
}) {
  const { t } = useTranslation();
  const { groupBy } = useView();
  const change = useChangeView();
  const [opened, setOpened] = useState(false);
  const [text, setText] = useState('');
  const catalogue = useQuery({ ...catalogueQuery, enabled: opened });
  const wanted = text.trim().toLowerCase();
  const items = offeredFields(catalogue.data?.dimensions ?? [], [])
    .map(({ name, group }) => ({
      value: name,
      label: dimensionName(t, name),
      group: t(`filter.${group}`),
      chosen: name === groupBy,
    }))
    .filter((item) => item.label.toLowerCase().includes(wanted));
  const tag = wanted.startsWith('tag:') && wanted.length > 'tag:'.length ? [{ value: wanted, label: wanted }] : [];
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
      trigger={trigger}
      position={position ?? 'bottom-start'}
    >
      <PickList
        label={t('filter.searchDimension')}
        items={[...items, ...tag]}
        text={text}
        onText={setText}
        onPick={pick}
        loading={catalogue.isPending}
      />
    </Dropdown>
  );
}
