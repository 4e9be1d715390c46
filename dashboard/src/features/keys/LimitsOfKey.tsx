import { useTranslation } from 'react-i18next';

import type { Key } from '@/api/types';
import { useFormat } from '@/i18n/useFormat';

import classes from './keys.module.css';
import { AMOUNTS } from './newKey';

/** What a key may: its models and its limits, in words. */
export function LimitsOfKey({ of: { models, limits } }: { readonly of: Key }) {
  const { t } = useTranslation();
  const format = useFormat();
  const parts = [
    ...(models.length === 0 ? [] : [format.list(models)]),
    ...AMOUNTS.flatMap((name) => {
      const amount = limits[name];
      return amount == null
        ? []
        : [`${t(`limits.of.${name}`)}: ${name.startsWith('usd') ? format.usd(amount) : format.integer(amount)}`];
    }),
    ...(limits.mode === 'shadow' ? [t('limits.shadow')] : []),
  ];
  return <span className={classes.limits}>{parts.length === 0 ? t('apiKeys.everything') : parts.join(', ')}</span>;
}
