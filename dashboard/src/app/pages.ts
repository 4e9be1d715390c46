// Which pages there are, in the order and the groups in which people look for them.
import type { IconName } from '@/components/Icon';

interface Page {
  readonly to: string;
  readonly icon: IconName;
  readonly name: string;
  readonly id: string;
  /** Goes there after `g`. */
  readonly key: string;
}

interface Group {
  readonly name: string | null;
  readonly pages: readonly Page[];
}

/** The first group has no name: it stands by itself. */
export const PAGE_GROUPS = [
  { name: null, pages: [{ to: '/', icon: 'overview', name: 'nav.overview', id: 'overview', key: 'o' }] },
  {
    name: 'nav.groupRequests',
    pages: [
      { to: '/live', icon: 'live', name: 'nav.live', id: 'live', key: 'v' },
      { to: '/calls', icon: 'calls', name: 'nav.calls', id: 'calls', key: 'c' },
      { to: '/traces', icon: 'traces', name: 'nav.traces', id: 'traces', key: 't' },
      { to: '/sessions', icon: 'sessions', name: 'nav.sessions', id: 'sessions', key: 's' },
    ],
  },
  {
    name: 'nav.groupAnalyse',
    pages: [
      { to: '/performance', icon: 'performance', name: 'nav.performance', id: 'performance', key: 'e' },
      { to: '/cost', icon: 'cost', name: 'nav.cost', id: 'cost', key: 'd' },
      { to: '/cases', icon: 'cases', name: 'nav.cases', id: 'cases', key: 'b' },
      { to: '/scenarios', icon: 'scenarios', name: 'nav.scenarios', id: 'scenarios', key: 'n' },
    ],
  },
  {
    name: 'nav.groupPeople',
    pages: [
      { to: '/users', icon: 'users', name: 'nav.users', id: 'users', key: 'u' },
      { to: '/followups', icon: 'followups', name: 'nav.followups', id: 'followups', key: 'w' },
    ],
  },
  {
    name: 'nav.groupManage',
    pages: [
      { to: '/alerts', icon: 'alerts', name: 'nav.alerts', id: 'alerts', key: 'a' },
      { to: '/keys', icon: 'keys', name: 'nav.keys', id: 'keys', key: 'y' },
      { to: '/limits', icon: 'limits', name: 'nav.limits', id: 'limits', key: 'm' },
      { to: '/prices', icon: 'prices', name: 'nav.prices', id: 'prices', key: 'p' },
      { to: '/quality', icon: 'quality', name: 'nav.quality', id: 'quality', key: 'q' },
    ],
  },
] as const satisfies readonly Group[];

export const PAGES = PAGE_GROUPS.flatMap((group) => [...group.pages]);
export type PageEntry = (typeof PAGES)[number];

const BAR_PLACES = 5;

/** What a phone's bar shows, and what is behind its last button where there is not room for all. */
export function inBar<Page>(pages: readonly Page[]): { readonly shown: readonly Page[]; readonly rest: readonly Page[] } {
  const shown = pages.slice(0, pages.length > BAR_PLACES ? BAR_PLACES - 1 : BAR_PLACES);
  return { shown, rest: pages.slice(shown.length) };
}
