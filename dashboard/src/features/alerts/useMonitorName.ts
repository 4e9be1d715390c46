import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

import { en } from '@/i18n/en';

const RECOMMENDED: Readonly<Record<string, string>> = en.alerts.monitorName;

type RecommendedId = keyof typeof en.alerts.monitorName;

const isRecommended = (id: string): id is RecommendedId => id in RECOMMENDED;

/** The name of a monitor in the reader's language, where it is one of ours under the name that it came with. */
export function useMonitorName(): (id: string, name: string) => string {
  const { t } = useTranslation();
  return useCallback((id, name) => (isRecommended(id) && RECOMMENDED[id] === name ? t(`alerts.monitorName.${id}`) : name), [t]);
}
