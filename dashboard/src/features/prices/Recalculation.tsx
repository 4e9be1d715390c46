import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useRecalculation, useStartRecalculation } from '@/api/prices';
import type { Recalculation as Report } from '@/api/types';
import { Button } from '@/components/Button';
import { Panel } from '@/components/Panel';
import { ErrorState, Loading, Skeleton } from '@/components/States';
import { useFormat } from '@/i18n/useFormat';
import { endsNow } from '@/view/range';
import { useView } from '@/view/useView';

import classes from './prices.module.css';
import { RECALCULATION_ID } from './recalculationPlace';
import { PriceChanges } from './PriceChanges';

/** Prices stored calls again: first what would change, then the change, then the way back. */
export function Recalculation() {
  const { t } = useTranslation();
  const query = useRecalculation();
  const start = useStartRecalculation();
  // What was tried before this page was opened may no longer be true.
  const [tried, setTried] = useState(false);
  const report = query.data;
  const begin: Begin = (order) => {
    setTried('dry_run' in order && order.dry_run);
    start.mutate(order);
  };
  return (
    <Panel title={t('prices.again.title')} hint={t('prices.again.hint')} testid="recalculation" id={RECALCULATION_ID}>
      {query.isPending ? (
        <Loading>
          <Skeleton height={60} />
        </Loading>
      ) : report === undefined ? (
        <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
      ) : report.state === 'running' ? (
        <Running report={report} />
      ) : (
        <>
          {start.isError && (
            <p role="alert" className={classes.error}>
              {start.error.message}
            </p>
          )}
          {report.kind === 'dry_run' && !tried ? (
            <Ask begin={begin} pending={start.isPending} />
          ) : (
            <Ended report={report} begin={begin} onDone={() => setTried(false)} pending={start.isPending} />
          )}
        </>
      )}
    </Panel>
  );
}

type Begin = (order: Parameters<ReturnType<typeof useStartRecalculation>['mutate']>[0]) => void;

interface AskProps {
  readonly begin: Begin;
  readonly pending: boolean;
}

function Ask({ begin, pending }: AskProps) {
  const { t } = useTranslation();
  const { range } = useView();
  const upTo = endsNow(range) ? {} : { to: range.to };
  return (
    <div className={classes.actions}>
      <Button
        look="strong"
        disabled={pending}
        onClick={() => begin({ from: range.from, ...upTo, dry_run: true })}
        data-testid="recalculation-try"
      >
        {t('prices.again.try')}
      </Button>
      <span className={classes.quiet}>{t('prices.again.nothingYet')}</span>
    </div>
  );
}

function Running({ report }: { readonly report: Report }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <p role="status" className={classes.running}>
      <span className={classes.spinner} aria-hidden="true" />
      {t('prices.again.running', { count: report.calls, value: format.integer(report.calls) })}
    </p>
  );
}

function Ended({ report, begin, pending, onDone }: AskProps & { readonly report: Report; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const said = useOutcome(report);
  const { from, to } = report;
  const span = from === null || to === null ? '' : format.span(Date.parse(from), Date.parse(to));
  return (
    <>
      <p role={report.state === 'failed' ? 'alert' : 'status'} data-testid="recalculation-outcome" data-kind={report.kind}>
        {said} {span !== '' && <span className={classes.quiet}>{span}</span>}
      </p>
      {report.items.length > 0 && <PriceChanges report={report} />}
      {report.state === 'done' && report.kind === 'dry_run' && report.changed > 0 && from !== null && to !== null ? (
        <div className={classes.actions}>
          <Button
            look="strong"
            disabled={pending}
            onClick={() => begin({ from, to, dry_run: false })}
            data-testid="recalculation-apply"
          >
            {t('prices.again.apply', { count: report.changed, value: format.integer(report.changed) })}
          </Button>
          <Button onClick={onDone}>{t('prices.again.leave')}</Button>
        </div>
      ) : (
        <div className={classes.actions}>
          {report.state === 'done' && report.kind === 'apply' && report.changed > 0 && (
            <Button disabled={pending} onClick={() => begin({ undo: true })} data-testid="recalculation-undo">
              {t('prices.again.undo')}
            </Button>
          )}
          <Ask begin={begin} pending={pending} />
        </div>
      )}
    </>
  );
}

function useOutcome(report: Report): string {
  const { t } = useTranslation();
  const format = useFormat();
  const looked = { count: report.calls, value: format.integer(report.calls) };
  const changed = { count: report.changed, value: format.integer(report.changed) };
  if (report.state === 'failed') {
    return t('prices.again.failed', { reason: report.error ?? '' });
  }
  if (report.state === 'none') {
    return '';
  }
  if (report.kind === 'undo') {
    return report.skipped > 0
      ? `${t('prices.again.undone', changed)} ${t('prices.again.skipped', { count: report.skipped, value: format.integer(report.skipped) })}`
      : t('prices.again.undone', changed);
  }
  if (report.changed === 0) {
    return t('prices.again.same', looked);
  }
  return report.kind === 'dry_run'
    ? t('prices.again.would', { ...changed, all: format.integer(report.calls) })
    : t('prices.again.done', changed);
}
