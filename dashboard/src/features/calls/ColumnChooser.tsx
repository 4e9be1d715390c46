import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/Button';
import { Dropdown } from '@/components/Dropdown';
import { useChangeView, useView } from '@/view/useView';

import classes from './CallsToolbar.module.css';
import { COLUMN_IDS, DEFAULT_COLUMNS, isColumn, type ColumnId } from './columnLayout';

/** The time always stays: it is what a row is opened by. */
const CHOOSABLE = COLUMN_IDS.filter((id) => id !== 'time');

export function ColumnChooser() {
  const { t } = useTranslation();
  const view = useView();
  const change = useChangeView();
  const [opened, setOpened] = useState(false);
  const shown = new Set<ColumnId>(view.columns?.filter(isColumn) ?? DEFAULT_COLUMNS);

  const toggle = (id: ColumnId) => {
    const wanted = COLUMN_IDS.filter(
      (column) => column === 'time' || (column === id ? !shown.has(id) : shown.has(column)),
    );
    change({ columns: wanted.join() === DEFAULT_COLUMNS.join() ? null : wanted }, { replace: true });
  };
  return (
    <Dropdown
      label={t('calls.columns')}
      opened={opened}
      onOpened={setOpened}
      position="bottom-end"
      trigger={(props) => (
        <Button icon="columns" {...props} data-testid="columns">
          {t('calls.columns')}
        </Button>
      )}
    >
      <div className={classes.columns}>
        {CHOOSABLE.map((id) => (
          <label key={id} className={classes.column}>
            <input type="checkbox" checked={shown.has(id)} onChange={() => toggle(id)} data-testid={`column-${id}`} />
            {t(`calls.column.${id}`)}
          </label>
        ))}
        <Button look="quiet" onClick={() => change({ columns: null }, { replace: true })}>
          {t('calls.columnsReset')}
        </Button>
      </div>
    </Dropdown>
  );
}
