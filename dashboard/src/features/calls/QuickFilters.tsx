import { useTranslation } from 'react-i18next';

import { Button } from '@/components/Button';
import { useFormat } from '@/i18n/useFormat';
import { addFilter, is, removeFilter, sameFilter, type Filter } from '@/view/filters';
import { useChangeView, useView } from '@/view/useView';

import classes from './CallsToolbar.module.css';

const ERRORS: readonly Filter[] = [is('status', 'error'), is('status', 'interrupted')];
const SLOW_MS = 10_000;
const SLOW: readonly Filter[] = [{ name: 'latency_us', op: 'atLeast', value: String(SLOW_MS * 1_000) }];
const STREAMED: readonly Filter[] = [is('stream', 'true')];

export function QuickFilters() {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className={classes.quick} role="group" aria-label={t('calls.quick')}>
      <Quick name={t('calls.errorsOnly')} icon="error" filters={ERRORS} testid="quick-errors" />
      <Quick
        name={t('calls.slow', { value: format.duration(SLOW_MS) })}
        icon="clock"
        filters={SLOW}
        testid="quick-slow"
      />
      <Quick name={t('calls.streamed')} icon="stream" filters={STREAMED} testid="quick-streamed" />
    </div>
  );
}

interface QuickProps {
  readonly name: string;
  readonly icon: 'error' | 'clock' | 'stream';
  readonly filters: readonly Filter[];
  readonly testid: string;
}

function Quick({ name, icon, filters, testid }: QuickProps) {
  const view = useView();
  const change = useChangeView();
  const on = filters.every((filter) => view.filters.some((other) => sameFilter(other, filter)));
  const toggle = () =>
    change({
      filters: filters.reduce<Filter[]>(
        (list, filter) => (on ? removeFilter(list, filter) : addFilter(list, filter)),
        [...view.filters],
      ),
    });
  return (
    <Button icon={icon} pressed={on} onClick={toggle} data-testid={testid}>
      {name}
    </Button>
  );
}
