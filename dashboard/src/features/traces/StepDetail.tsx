import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import type { TraceDetail } from '@/api/types';
import { Button } from '@/components/Button';
import { CopyButton } from '@/components/CopyButton';
import detail from '@/features/calls/detail/detail.module.css';
import { Section } from '@/features/calls/detail/Section';
import { valueName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';

import { KindBadge } from './parts';
import type { WaterfallRow } from './waterfall';

interface Props {
  readonly row: WaterfallRow;
  readonly trace: TraceDetail;
  readonly onClose: () => void;
  readonly onStep: (by: 1 | -1) => void;
}

const at = (time: string | null): number | null => (time === null ? null : Date.parse(time));

/** A step that is no call: what is known of it is little, and all of it stands here. */
export function StepDetail({ row, onClose, onStep }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const titleId = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const { node, use } = row;
  useEffect(() => heading.current?.focus({ preventScroll: true }), [node.id]);
  return (
    <aside className={detail.drawer} aria-labelledby={titleId} data-testid="step-detail" data-step={node.id}>
      <header className={detail.top}>
        <div className={detail.titleRow}>
          <h2 id={titleId} ref={heading} tabIndex={-1} className={detail.title}>
            {node.name ?? t('traces.unnamed')}
          </h2>
          <Button look="quiet" icon="chevronUp" iconOnly aria-label={t('traces.previous')} onClick={() => onStep(-1)} />
          <Button look="quiet" icon="chevronDown" iconOnly aria-label={t('traces.next')} onClick={() => onStep(1)} />
          <Button
            look="quiet"
            icon="close"
            iconOnly
            aria-label={t('detail.close')}
            onClick={onClose}
            data-testid="step-close"
          />
        </div>
        <p className={detail.headline}>
          <KindBadge kind={node.kind} />
          <span>{valueName(t, 'status', node.status)}</span>
          <strong>{format.micros(node.duration_us)}</strong>
        </p>
      </header>
      <div className={detail.body}>
        {node.error_message !== null && (
          <div className={detail.failure}>
            <p>{node.error_message}</p>
          </div>
        )}
        <Section title={t('traces.step')}>
          <dl className={detail.facts}>
            {node.subject !== null && <Fact name={t('traces.subject')} value={node.subject} />}
            {node.service !== null && <Fact name={t('dim.service')} value={node.service} />}
            <Fact name={t('detail.started')} value={format.timeExact(at(node.started_at))} />
            <Fact name={t('detail.ended')} value={format.timeExact(at(node.ended_at))} />
            <Fact name={t('traces.callsWithin')} value={format.integer(use.calls)} />
            <Fact name={t('traces.column.tokens')} value={format.integer(use.tokens)} />
            <Fact name={t('traces.column.cost')} value={format.usd(use.cost)} />
          </dl>
        </Section>
        <Section title={t('detail.ids')}>
          <dl className={detail.ids}>
            <div className={detail.id}>
              <dt>{t('detail.id.span_id')}</dt>
              <dd>
                <code>{node.id}</code>
                <CopyButton text={node.id} what={t('detail.id.span_id')} />
              </dd>
            </div>
          </dl>
        </Section>
      </div>
    </aside>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className={detail.fact}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
