// Words of the API in the reader's language. Values that are data (models, users …) stay as they are.
import type { T } from '.';
import { en } from './en';

const has = <K extends string>(texts: Readonly<Record<K, unknown>>, name: string): name is K =>
  Object.hasOwn(texts, name);

export function dimensionName(t: T, name: string): string {
  if (name.startsWith('tag:')) {
    return t('dim.tag', { name: name.slice('tag:'.length) });
  }
  return has(en.dim, name) ? t(`dim.${name}`, { name: '' }) : name;
}

/** Who told of a call. */
export const sourceName = (t: T, source: string): string =>
  has(en.detail.sourceName, source) ? t(`detail.sourceName.${source}`) : source;

/** What a cleaning step does to a call. */
export const stepName = (t: T, step: string): string =>
  has(en.quality.step, step) ? t(`quality.step.${step}`) : step;

/** A value of a dimension, as people read it; null is the group whose value is unknown. */
export function valueName(t: T, dimension: string, value: string | null): string {
  if (value === null) {
    return t('state.unknown');
  }
  if (dimension === 'source') {
    return sourceName(t, value);
  }
  if (dimension === 'status' && has(en.status, value)) {
    return t(`status.${value}`);
  }
  if (dimension === 'error_type' && has(en.errorType, value)) {
    return t(`errorType.${value}`);
  }
  if (dimension === 'scenario' && has(en.scenarios.builtIn, value)) {
    return t(`scenarios.builtIn.${value}`);
  }
  if (dimension === 'operation' && has(en.operation, value)) {
    return t(`operation.${value}`);
  }
  if (dimension === 'token_source' && has(en.tokenSource, value)) {
    return t(`tokenSource.${value}`);
  }
  if (dimension === 'cost_source' && has(en.costSource, value)) {
    return t(`costSource.${value}`);
  }
  if ((dimension === 'stream' || dimension === 'cache_hit') && has(en.bool, value)) {
    return t(`bool.${value}`);
  }
  return value;
}
