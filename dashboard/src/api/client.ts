// Talks to the server this page came from. The session cookie goes along by itself; changes need the CSRF token as well.
import type {
  CallDetail,
  CallPage,
  Catalogue,
  Key,
  KeyPage,
  LimitPage,
  NewKey,
  OwnPrices,
  PricePage,
  Problem,
  QualityReport,
  Recalculation,
  Session,
  SessionDetail,
  SessionPage,
  Status,
  Table,
  TraceDetail,
  TracePage,
  UnpricedPage,
} from './types';

/** An answer that is not what was asked for, with the server's own explanation where it gave one. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
  }
}

/** Names that may repeat have an array. Missing values are left out. */
export type Params = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export function toQuery(params: Params): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === '') {
      continue;
    }
    for (const one of typeof value === 'object' ? value : [value]) {
      query.append(name, String(one));
    }
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

async function readProblem(response: Response): Promise<Problem | null> {
  if (!(response.headers.get('content-type') ?? '').includes('json')) {
    return null;
  }
  return (await response.json().catch(() => null)) as Problem | null;
}

async function request(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error;
    }
    throw new ApiError(0, null, 'unreachable');
  }
  if (!response.ok) {
    const problem = await readProblem(response);
    throw new ApiError(response.status, problem, problem?.detail ?? response.statusText);
  }
  return response;
}

export async function get<T>(path: string, params: Params, signal?: AbortSignal): Promise<T> {
  const response = await request(path + toQuery(params), { signal: signal ?? null });
  return (await response.json()) as T;
}

type Method = 'PUT' | 'POST' | 'PATCH' | 'DELETE';

export async function change<T>(path: string, method: Method, body: unknown, csrf: string): Promise<T> {
  const response = await request(path, {
    method,
    headers: { 'content-type': 'application/json', 'x-sightglass-csrf': csrf },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

/** A range to price again, or what the last one changed to put back. */
export type RecalculationOrder =
  | { readonly from: string; readonly to?: string; readonly dry_run: boolean }
  | { readonly undo: true };

export const api = {
  query: (params: Params, signal?: AbortSignal) => get<Table>('/api/v1/query', params, signal),
  distribution: (params: Params, signal?: AbortSignal) => get<Table>('/api/v1/distribution', params, signal),
  calls: (params: Params, signal?: AbortSignal) => get<CallPage>('/api/v1/calls', params, signal),
  call: (id: string, signal?: AbortSignal) => get<CallDetail>(`/api/v1/calls/${encodeURIComponent(id)}`, {}, signal),
  traces: (params: Params, signal?: AbortSignal) => get<TracePage>('/api/v1/traces', params, signal),
  trace: (id: string, params: Params, signal?: AbortSignal) =>
    get<TraceDetail>(`/api/v1/traces/${encodeURIComponent(id)}`, params, signal),
  sessions: (params: Params, signal?: AbortSignal) => get<SessionPage>('/api/v1/sessions', params, signal),
  conversation: (id: string, params: Params, signal?: AbortSignal) =>
    get<SessionDetail>(`/api/v1/sessions/${encodeURIComponent(id)}`, params, signal),
  prices: (params: Params, signal?: AbortSignal) => get<PricePage>('/api/v1/prices', params, signal),
  quality: (params: Params, signal?: AbortSignal) => get<QualityReport>('/api/v1/quality', params, signal),
  unpriced: (params: Params, signal?: AbortSignal) => get<UnpricedPage>('/api/v1/prices/unpriced', params, signal),
  ownPrices: (signal?: AbortSignal) => get<OwnPrices>('/api/v1/prices/own', {}, signal),
  recalculation: (signal?: AbortSignal) => get<Recalculation>('/api/v1/prices/recalculation', {}, signal),
  limits: (signal?: AbortSignal) => get<LimitPage>('/api/v1/limits', {}, signal),
  catalogue: (signal?: AbortSignal) => get<Catalogue>('/api/v1/catalogue', {}, signal),
  status: (signal?: AbortSignal) => get<Status>('/api/v1/status', {}, signal),
  session: (signal?: AbortSignal) => get<Session>('/api/v1/session', {}, signal),

  logIn: async (proof: { token: string } | { code: string }): Promise<void> => {
    await request('/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(proof),
    });
  },

  keys: (params: Params, signal?: AbortSignal) => get<KeyPage>('/api/v1/keys', params, signal),
  issueKey: (key: NewKey, csrf: string) => change<Key>('/api/v1/keys', 'POST', key, csrf),
  rotateKey: (id: string, overlap: string | null, csrf: string) =>
    change<Key>(`/api/v1/keys/${encodeURIComponent(id)}/rotate`, 'POST', { overlap }, csrf),
  revokeKey: (id: string, csrf: string) => change<Key>(`/api/v1/keys/${encodeURIComponent(id)}`, 'DELETE', undefined, csrf),

  setOwnPrices: (text: string, csrf: string) => change<OwnPrices>('/api/v1/prices/own', 'PUT', { text }, csrf),
  recalculate: (order: RecalculationOrder, csrf: string) =>
    change<Recalculation>('/api/v1/prices/recalculation', 'POST', order, csrf),

  logOut: async (csrf: string): Promise<void> => {
    await request('/api/v1/session', { method: 'DELETE', headers: { 'x-sightglass-csrf': csrf } });
  },
};
