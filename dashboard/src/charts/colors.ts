// Colours for canvases, which know no CSS variables. The style sheet stays the one place where they are written.
import { useMemo, useSyncExternalStore } from 'react';

const TOKENS = [
  'text',
  'muted',
  'faint',
  'line',
  'surface',
  'fluid',
  'brass',
  'violet',
  'bad',
  'series-1',
  'series-2',
  'series-3',
  'series-4',
  'series-5',
  'series-6',
  'series-other',
  'heat-0',
  'heat-1',
  'heat-2',
  'heat-3',
  'heat-4',
] as const;

export type ColorToken = (typeof TOKENS)[number];
export type Colors = Readonly<Record<ColorToken, string>>;

/** In the order in which groups get them: the largest first. */
export const SERIES_TOKENS = [
  'series-1',
  'series-2',
  'series-3',
  'series-4',
  'series-5',
  'series-6',
] as const satisfies readonly ColorToken[];
export const HEAT_TOKENS = ['heat-0', 'heat-1', 'heat-2', 'heat-3', 'heat-4'] as const satisfies readonly ColorToken[];

/** For elements of the page. */
export const cssColor = (token: ColorToken): string => `var(--sg-${token})`;

const ATTRIBUTE = 'data-mantine-color-scheme';

function watchScheme(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: [ATTRIBUTE] });
  return () => observer.disconnect();
}

const readScheme = (): string => document.documentElement.getAttribute(ATTRIBUTE) ?? 'light';

function readColors(scheme: string): Colors & { readonly scheme: string } {
  const style = getComputedStyle(document.documentElement);
  const colors = Object.fromEntries(TOKENS.map((token) => [token, style.getPropertyValue(`--sg-${token}`).trim()]));
  return { ...(colors as Colors), scheme };
}

/** The colours of the scheme that is shown. */
export function useColors(): Colors {
  const scheme = useSyncExternalStore(watchScheme, readScheme);
  return useMemo(() => readColors(scheme), [scheme]);
}
