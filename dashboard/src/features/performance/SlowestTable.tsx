import { useTranslation } from 'react-i18next';

import { FAILED } from '@/features/figures/figure';
import { GroupTable, type GroupColumn } from '@/features/figures/GroupTable';
import type { ColoredGroup } from '@/features/figures/questions';
import { useFormat } from '@/i18n/useFormat';
import { known } from '@/view/filters';

import { slower } from './performanceFigures';

/** Who or what is slow, the slowest first. */
export function SlowestTable({ groups }: { readonly groups: readonly ColoredGroup[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const duration = (metric: string, field: string, name: string): GroupColumn => ({
    metric,
    name,
    write: format.duration,
    filters: (figures) => slower(field, figures[metric]),
  });
  return (
    <GroupTable
      title={t('performance.slowest')}
      hint={t('performance.slowestHint')}
      defaultOrder="-latency_p95_ms"
      groups={groups}
      fileName="sightglass-performance"
      testid="slowest"
      columns={[
        { metric: 'calls', name: t('breakdown.requests'), write: format.integer },
        duration('latency_p50_ms', 'latency_us', t('performance.column.p50')),
        duration('latency_p95_ms', 'latency_us', t('performance.column.p95')),
        duration('latency_p99_ms', 'latency_us', t('performance.column.p99')),
        duration('ttft_p50_ms', 'ttft_us', t('performance.column.ttft50')),
        duration('ttft_p95_ms', 'ttft_us', t('performance.column.ttft95')),
        duration('tpot_p50_ms', 'tpot_us', t('performance.column.tpot')),
        { metric: 'output_tokens_per_s', name: t('performance.column.speed'), write: format.rate, filters: () => [known('tpot_us')] },
        { metric: 'error_rate', name: t('breakdown.errorRate'), write: format.percent, filters: () => FAILED },
      ]}
    />
  );
}
