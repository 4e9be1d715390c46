import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';

import { Icon } from '@/components/Icon';

import { FilterBar } from './FilterBar';
import { LiveToggle } from './LiveToggle';
import classes from './PageHeader.module.css';
import { RangePicker } from './RangePicker';

interface Props {
  readonly title: string;
  readonly onRefresh: () => void;
  readonly refreshing: boolean;
  /** What is shown is older than it should be: the last refresh failed. */
  readonly stale: boolean;
  /** Whether the page follows calls as they come, and whether its filters narrow it. */
  readonly live?: boolean;
  readonly filters?: boolean;
  /** Whether it is about a range of time. */
  readonly ranged?: boolean;
  /** Beside the filters. */
  readonly children?: ReactNode;
}

/** What all pages have at their head: title, time range, live, filters. */
export function PageHeader({
  title,
  onRefresh,
  refreshing,
  stale,
  live = true,
  filters = true,
  ranged = true,
  children,
}: Props) {
  const { t } = useTranslation();
  return (
    <div className={classes.header}>
      <div className={classes.row}>
        <h1 className={classes.title}>{title}</h1>
        <span role="status">
          {refreshing && <span className="sr-only">{t('state.updating')}</span>}
          {stale && (
            <span className={classes.stale} data-testid="stale">
              <Icon name="error" size={16} /> {t('state.stale')}
            </span>
          )}
        </span>
        <div className={classes.controls}>
          {ranged && <RangePicker />}
          <LiveToggle live={live} onRefresh={onRefresh} refreshing={refreshing} />
        </div>
      </div>
      {(filters || children !== undefined) && (
        <div className={classes.row}>
          {filters && <FilterBar />}
          {children}
        </div>
      )}
    </div>
  );
}
