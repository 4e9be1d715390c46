// Filters as the API writes them: `name:value`, `-name:value` (is not), `name:*` (known), `-name:*` (unknown),
// `name:~text` (contains), `name:>=N`, `name:<=N`. A backslash before a value takes it literally.

export type FilterOp = 'is' | 'not' | 'known' | 'unknown' | 'contains' | 'atLeast' | 'atMost';

export interface Filter {
  readonly name: string;
  readonly op: FilterOp;
  readonly value: string;
}

/** What a filter's value may not start with, or hold, without a backslash before it. */
const NEEDS_BACKSLASH = /^[\\~*<>]|^$|,/;

const literal = (value: string): string => (NEEDS_BACKSLASH.test(value) ? `\\${value}` : value);

export function formatFilter({ name, op, value }: Filter): string {
  switch (op) {
    case 'is':
      return `${name}:${literal(value)}`;
    case 'not':
      return `-${name}:${literal(value)}`;
    case 'known':
      return `${name}:*`;
    case 'unknown':
      return `-${name}:*`;
    case 'contains':
      return `${name}:~${value}`;
    case 'atLeast':
      return `${name}:>=${value}`;
    case 'atMost':
      return `${name}:<=${value}`;
  }
}

/** The filter that a text stands for, or null where it is none. */
export function parseFilter(text: string): Filter | null {
  const negated = text.startsWith('-');
  const body = negated ? text.slice(1) : text;
  const colon = body.startsWith('tag:') ? body.indexOf(':', 'tag:'.length) : body.indexOf(':');
  if (colon < 1) {
    return null;
  }
  const name = body.slice(0, colon);
  const value = body.slice(colon + 1);
  if (!/^(tag:.+|[a-z][a-z0-9_]*)$/.test(name)) {
    return null;
  }
  if (value === '*') {
    return { name, op: negated ? 'unknown' : 'known', value: '' };
  }
  if (value.startsWith('\\')) {
    return { name, op: negated ? 'not' : 'is', value: value.slice(1) };
  }
  if (!negated && value.startsWith('~')) {
    return { name, op: 'contains', value: value.slice(1) };
  }
  if (!negated && /^[<>]=/.test(value)) {
    return { name, op: value.startsWith('>') ? 'atLeast' : 'atMost', value: value.slice(2) };
  }
  return value === '' ? null : { name, op: negated ? 'not' : 'is', value };
}

export const sameFilter = (a: Filter, b: Filter): boolean => formatFilter(a) === formatFilter(b);

/** Adds a filter; one that is there already, or that it contradicts, is replaced. */
export function addFilter(filters: readonly Filter[], added: Filter): Filter[] {
  const kept = filters.filter((filter) => !sameFilter(filter, added) && !contradicts(filter, added));
  return [...kept, added];
}

function contradicts(filter: Filter, added: Filter): boolean {
  if (filter.name !== added.name) {
    return false;
  }
  const bounds = ['atLeast', 'atMost'];
  if (bounds.includes(added.op)) {
    return filter.op === added.op;
  }
  if (added.op === 'unknown' || filter.op === 'unknown') {
    return true;
  }
  return (
    filter.value === added.value && filter.op !== added.op && new Set([filter.op, added.op, 'is', 'not']).size === 2
  );
}

/** Replaces whatever is asked of one name. */
export function replaceFilters(filters: readonly Filter[], name: string, wanted: readonly Filter[]): Filter[] {
  return [...filters.filter((filter) => filter.name !== name), ...wanted];
}

export const removeFilter = (filters: readonly Filter[], removed: Filter): Filter[] =>
  filters.filter((filter) => !sameFilter(filter, removed));

/** The filter for one cell of a breakdown: null is the group whose value is unknown. */
export const groupFilter = (name: string, value: string | null): Filter =>
  value === null ? { name, op: 'unknown', value: '' } : { name, op: 'is', value };

export const is = (name: string, value: string): Filter => ({ name, op: 'is', value });
export const atLeast = (name: string, value: number): Filter => ({
  name,
  op: 'atLeast',
  value: String(Math.floor(value)),
});
export const atMost = (name: string, value: number): Filter => ({
  name,
  op: 'atMost',
  value: String(Math.ceil(value)),
});
export const known = (name: string): Filter => ({ name, op: 'known', value: '' });
