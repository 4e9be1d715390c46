import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/Button';
import { Dropdown } from '@/components/Dropdown';
import { Icon } from '@/components/Icon';
import { useKeys } from '@/components/useKeys';
import { useFormat } from '@/i18n/useFormat';
import { sameFilter } from '@/view/filters';
import { useChangeView, useView } from '@/view/useView';

import classes from './FilterBar.module.css';
import { FilterEditor } from './FilterEditor';
import { chipText, toChips, type Chip } from './filterText';
import { useKeyLabels } from './useKeyLabels';

export function FilterBar() {
  const { t } = useTranslation();
  const view = useView();
  const change = useChangeView();
  const [adding, setAdding] = useState(false);
  useKeys({ f: () => setAdding(true) });

  return (
    <div className={classes.bar} role="group" aria-label={t('filter.label')} data-testid="filter-bar">
      {toChips(view.filters).map((chip) => (
        <FilterChip key={`${chip.name} ${chip.op} ${chip.filters[0]?.value ?? ''}`} chip={chip} />
      ))}
      <Dropdown
        label={t('filter.addLabel')}
        opened={adding}
        onOpened={setAdding}
        className={classes.dropdown}
        trigger={(props) => (
          <Button icon="filter" className={classes.add} data-testid="add-filter" {...props}>
            {t('filter.add')}
          </Button>
        )}
      >
        <FilterEditor onDone={() => setAdding(false)} />
      </Dropdown>
      {view.filters.length > 0 && (
        <Button look="quiet" onClick={() => change({ filters: [] })} data-testid="clear-filters">
          {t('filter.clear')}
        </Button>
      )}
    </div>
  );
}

function FilterChip({ chip }: { readonly chip: Chip }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const change = useChangeView();
  const [editing, setEditing] = useState(false);
  const labels = useKeyLabels(chip.name === 'api_key');
  const text = chipText(t, format, chip, labels);
  const whole = `${text.name} ${text.op} ${text.values}`.trim();
  const remove = () =>
    change({ filters: view.filters.filter((filter) => !chip.filters.some((own) => sameFilter(own, filter))) });

  return (
    <span className={classes.chip} data-testid="filter-chip">
      <Dropdown
        label={t('filter.edit', { filter: whole })}
        opened={editing}
        onOpened={setEditing}
        className={classes.dropdown}
        trigger={(props) => (
          <button type="button" className={classes.text} aria-label={t('filter.edit', { filter: whole })} {...props}>
            <span className={classes.name}>{text.name}</span> <span className={classes.op}>{text.op}</span>{' '}
            <span className={classes.values}>{text.values}</span>
          </button>
        )}
      >
        <FilterEditor initial={chip.name} onDone={() => setEditing(false)} />
      </Dropdown>
      <button
        type="button"
        className={classes.remove}
        aria-label={t('filter.remove', { filter: whole })}
        onClick={remove}
      >
        <Icon name="close" size={14} />
      </button>
    </span>
  );
}
