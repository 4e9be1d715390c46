// The whole view as a URL: what the page shows can be bookmarked and sent to a colleague. Names are those of the API.
import { formatFilter, parseFilter, type Filter } from './filters';
import { DEFAULT_RANGE, isTime, type Range } from './range';

/** What stands in the URL. A missing name means its default. */
export interface ViewSearch {
  from?: string;
  to?: string;
  filter?: string[];
  group_by?: string;
  order_by?: string;
  live?: 'off';
  q?: string;
  columns?: string;
  call?: string;
  trace?: string;
  step?: string;
  session?: string;
  metric?: string;
  key?: string;
  tab?: string;
}

/** The same with defaults filled in. */
export interface View {
  readonly range: Range;
  readonly filters: readonly Filter[];
  readonly groupBy: string;
  /** Null where the URL names none: each page has its own then. */
  readonly orderBy: string | null;
  readonly live: boolean;
  readonly q: string;
  readonly columns: readonly string[] | null;
  readonly call: string | null;
  /** The run that is open, and the step of it. */
  readonly trace: string | null;
  readonly step: string | null;
  /** The conversation that is open. */
  readonly session: string | null;
  /** Which of a page's measures its charts show. */
  readonly metric: string | null;
  /** The API key that is open, by its fingerprint. */
  readonly key: string | null;
  /** Which part of a page is on show. */
  readonly tab: string | null;
}

export const DEFAULT_GROUP_BY = 'model';

/** In the order in which they stand in the URL; filters come after the range. */
const NAMES = [
  'from',
  'to',
  'group_by',
  'order_by',
  'live',
  'q',
  'columns',
  'tab',
  'metric',
  'trace',
  'step',
  'session',
  'key',
  'call',
] as const;

export function parseSearch(text: string): Record<string, unknown> {
  const query = new URLSearchParams(text);
  const search: Record<string, unknown> = {};
  for (const name of NAMES) {
    const value = query.get(name);
    if (value !== null) {
      search[name] = value;
    }
  }
  const filters = query.getAll('filter');
  if (filters.length > 0) {
    search.filter = filters;
  }
  return search;
}

/** Percent-encodes only what must be, so that people can read the URL. */
const encode = (text: string): string =>
  encodeURIComponent(text)
    .replace(/%(3A|2C|2F|3E|3D|40|7E|2A)/g, (escaped) => decodeURIComponent(escaped))
    .replace(/%20/g, '+');

export function stringifySearch(search: Record<string, unknown>): string {
  const parts: string[] = [];
  for (const name of [...NAMES.slice(0, 2), 'filter', ...NAMES.slice(2)]) {
    const value = search[name];
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === 'string' && one !== '') {
        parts.push(`${name}=${encode(one)}`);
      }
    }
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

const isName = (text: unknown): text is string =>
  typeof text === 'string' && /^-?(tag:.{1,100}|[a-z][a-z0-9_]{0,60})$/.test(text);

/** Keeps what makes sense and drops the rest: a mistyped URL shows the default view, not an error. */
export function validateSearch(raw: Record<string, unknown>): ViewSearch {
  const search: ViewSearch = {};
  if (typeof raw.from === 'string' && isTime(raw.from) && raw.from !== 'now') {
    search.from = raw.from;
    search.to = typeof raw.to === 'string' && isTime(raw.to) ? raw.to : 'now';
  }
  if (Array.isArray(raw.filter)) {
    const filters = raw.filter.filter((text): text is string => typeof text === 'string' && parseFilter(text) !== null);
    if (filters.length > 0) {
      search.filter = filters;
    }
  }
  if (isName(raw.group_by)) {
    search.group_by = raw.group_by;
  }
  if (isName(raw.order_by)) {
    search.order_by = raw.order_by;
  }
  if (raw.live === 'off') {
    search.live = 'off';
  }
  if (typeof raw.q === 'string' && raw.q !== '') {
    search.q = raw.q.slice(0, 1000);
  }
  if (typeof raw.columns === 'string' && /^[a-z_]+(,[a-z_]+)*$/.test(raw.columns)) {
    search.columns = raw.columns;
  }
  if (typeof raw.call === 'string' && /^[0-9a-fA-F-]{1,64}$/.test(raw.call)) {
    search.call = raw.call;
  }
  for (const name of ['trace', 'step', 'key'] as const) {
    const id = raw[name];
    if (typeof id === 'string' && /^[!-~]{1,512}$/.test(id)) {
      search[name] = id;
    }
  }
  // Applications name their sessions as they like.
  if (typeof raw.session === 'string' && /^\P{Cc}{1,512}$/u.test(raw.session)) {
    search.session = raw.session;
  }
  for (const name of ['metric', 'tab'] as const) {
    const word = raw[name];
    if (typeof word === 'string' && /^[a-z][a-z0-9_]{0,40}$/.test(word)) {
      search[name] = word;
    }
  }
  return search;
}

export function toView(search: ViewSearch): View {
  return {
    range: search.from === undefined ? DEFAULT_RANGE : { from: search.from, to: search.to ?? 'now' },
    filters: (search.filter ?? []).map(parseFilter).filter((filter) => filter !== null),
    groupBy: search.group_by ?? DEFAULT_GROUP_BY,
    orderBy: search.order_by ?? null,
    live: search.live !== 'off',
    q: search.q ?? '',
    columns: search.columns?.split(',') ?? null,
    call: search.call ?? null,
    trace: search.trace ?? null,
    step: search.step ?? null,
    session: search.session ?? null,
    metric: search.metric ?? null,
    key: search.key ?? null,
    tab: search.tab ?? null,
  };
}

/** The part of a view that a change touches, as it stands in the URL; defaults are left out. */
export function toSearch(change: Partial<View>): ViewSearch {
  const search: ViewSearch = {};
  if (change.range !== undefined) {
    const isDefault = change.range.from === DEFAULT_RANGE.from && change.range.to === DEFAULT_RANGE.to;
    Object.assign(search, isDefault ? { from: undefined, to: undefined } : change.range);
  }
  if (change.filters !== undefined) {
    search.filter = change.filters.length > 0 ? change.filters.map(formatFilter) : (undefined as unknown as string[]);
  }
  const texts = {
    group_by: change.groupBy === DEFAULT_GROUP_BY ? '' : change.groupBy,
    order_by: change.orderBy === null ? '' : change.orderBy,
    live: change.live === undefined ? undefined : change.live ? '' : 'off',
    q: change.q,
    columns: change.columns === null ? '' : change.columns?.join(','),
    call: change.call === null ? '' : change.call,
    trace: change.trace === null ? '' : change.trace,
    step: change.step === null ? '' : change.step,
    session: change.session === null ? '' : change.session,
    metric: change.metric === null ? '' : change.metric,
    key: change.key === null ? '' : change.key,
    tab: change.tab === null ? '' : change.tab,
  };
  for (const [name, text] of Object.entries(texts)) {
    if (text !== undefined) {
      Object.assign(search, { [name]: text === '' ? undefined : text });
    }
  }
  return search;
}
