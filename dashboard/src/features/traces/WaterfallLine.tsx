import { memo } from 'react';
import { useTranslation } from 'react-i18next';

import type { TraceNode } from '@/api/types';
import { Icon } from '@/components/Icon';
import { sourceName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';

import { KindBadge } from './parts';
import classes from './waterfall.module.css';
import type { WaterfallRow } from './waterfall';

const INDENT = 16;
const DEEPEST = 12;

interface Props {
  readonly row: WaterfallRow;
  readonly index: number;
  readonly top: number;
  /** By Tab; the others are reached by arrow keys. */
  readonly reachable: boolean;
  readonly selected: boolean;
  readonly onOpen: (node: TraceNode) => void;
  readonly onFocus: (index: number) => void;
}

const isBad = (status: string | null): boolean => status === 'error' || status === 'interrupted' || status === 'blocked';

/** One part of a run. Enter or a click opens what is known of it. */
export const WaterfallLine = memo(function WaterfallLine({
  row,
  index,
  top,
  reachable,
  selected,
  onOpen,
  onFocus,
}: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { node, bar, use } = row;
  const bad = isBad(node.status);
  const name = node.name ?? t('traces.unnamed');
  const told = format.list(node.sources.map((source) => sourceName(t, source)));
  const inner = node.call === null;
  return (
    <div
      role="row"
      aria-level={node.depth + 1}
      aria-rowindex={index + 2}
      aria-selected={selected}
      tabIndex={reachable ? 0 : -1}
      className={`${classes.line} ${classes.row}`}
      style={{ top }}
      data-index={index}
      data-kind={node.kind}
      data-bad={bad || undefined}
      data-selected={selected || undefined}
      data-testid="waterfall-row"
      data-node={node.id}
      onClick={() => onOpen(node)}
      onFocus={() => onFocus(index)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          onOpen(node);
        }
      }}
    >
      <div role="gridcell" className={classes.what} style={{ paddingLeft: Math.min(node.depth, DEEPEST) * INDENT }}>
        <KindBadge kind={node.kind} />
        <span className={classes.name}>{name}</span>
        {node.subject !== null && !name.includes(node.subject) && <span className={classes.subject}>{node.subject}</span>}
        {node.sources.length > 1 && (
          <span className={classes.sources} title={t('traces.toldBy', { sources: told })}>
            <Icon name="link" size={13} />
            <span className="sr-only">{t('traces.toldBy', { sources: told })}</span>
          </span>
        )}
        {bad && (
          <span className={classes.badge} title={node.error_message ?? undefined}>
            <Icon name="error" size={13} /> {t('status.error')}
          </span>
        )}
      </div>
      <div role="gridcell" className={classes.track} aria-hidden="true">
        {bar !== null && (
          <span
            className={classes.bar}
            style={{ left: `${bar.start * 100}%`, width: `max(3px, ${bar.length * 100}%)` }}
          >
            {bar.waiting !== null && <span className={classes.waiting} style={{ width: `${bar.waiting * 100}%` }} />}
          </span>
        )}
      </div>
      <div role="gridcell" className={classes.duration}>
        {format.micros(node.duration_us)}
      </div>
      <div role="gridcell" className={classes.tokens} data-sum={inner || undefined}>
        {use.calls === 0 ? '' : format.compact(use.tokens)}
      </div>
      <div role="gridcell" className={classes.cost} data-sum={inner || undefined}>
        {use.calls === 0 ? '' : format.usdShort(use.cost)}
      </div>
    </div>
  );
});
