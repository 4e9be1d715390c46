import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { CallSummary } from '@/api/types';
import { Button } from '@/components/Button';
import { downloadCsv } from '@/components/csv';
import { Icon } from '@/components/Icon';
import { useKeys } from '@/components/useKeys';
import { useFormat } from '@/i18n/useFormat';
import { endsNow } from '@/view/range';
import { useChangeView, useView } from '@/view/useView';

import { callsCsv } from './callsCsv';
import classes from './CallsToolbar.module.css';
import { ColumnChooser } from './ColumnChooser';
import { QuickFilters } from './QuickFilters';

interface Props {
  readonly total: number | null;
  readonly loaded: number;
  readonly rows: readonly CallSummary[];
  readonly live: boolean;
  readonly paused: boolean;
}

export function CallsToolbar({ total, loaded, rows, live, paused }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  return (
    <div className={classes.bar}>
      <Search />
      <QuickFilters />
      <span className={classes.count} role="status" data-testid="calls-count">
        {total !== null
          ? t('calls.count', { count: total, value: format.integer(total) })
          : t('calls.loaded', { value: format.integer(loaded) })}
        {live && paused && <span className={classes.paused}>{t('calls.tailPaused')}</span>}
        {view.q !== '' && view.live && endsNow(view.range) && (
          <span className={classes.paused}>{t('calls.tailSearch')}</span>
        )}
      </span>
      <span className={classes.wide}>
        <Button
          look="quiet"
          icon="download"
          iconOnly
          aria-label={t('calls.csv')}
          hint={t('calls.csv')}
          data-hint-place="left"
          onClick={() => downloadCsv('sightglass-calls.csv', callsCsv(rows))}
          data-testid="calls-csv"
        />
        <ColumnChooser />
      </span>
    </div>
  );
}

/** Typing changes the view a moment after the last key. */
function Search() {
  const { t } = useTranslation();
  const { q } = useView();
  const change = useChangeView();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(q);
  const [known, setKnown] = useState(q);
  if (q !== known) {
    setKnown(q);
    setText(q);
  }
  const search = useDebouncedCallback((wanted: string) => change({ q: wanted.trim() }, { replace: true }), 350);
  useEffect(() => () => search.cancel(), [search]);
  useKeys({ '/': () => field.current?.focus() });
  return (
    <label className={classes.search}>
      <Icon name="search" size={16} />
      <span className="sr-only">{t('calls.search')}</span>
      <input
        ref={field}
        type="search"
        placeholder={t('calls.search')}
        value={text}
        maxLength={1000}
        onChange={(event) => {
          setText(event.target.value);
          search(event.target.value);
        }}
        onKeyDown={(event) => event.key === 'Escape' && field.current?.blur()}
        data-testid="calls-search"
      />
    </label>
  );
}
