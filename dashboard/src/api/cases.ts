// Annotations (what somebody wrote down that had changed) and their cases: what was before, what came after.
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { formatFilter, type Filter } from '@/view/filters';
import type { Range } from '@/view/range';

import { api, change, get, toQuery } from './client';
import type { components } from './schema.gen';

type Schemas = components['schemas'];
export type Annotation = Schemas['Annotation'];
export type NewAnnotation = Schemas['NewAnnotation'];
export type AnnotationKind = Schemas['AnnotationKind'];
export type Case = Schemas['Case'];
export type CaseFinding = Schemas['CaseFinding'];

export const casesKey = ['cases'] as const;
const PATH = '/api/v1/annotations';
const MARKS_EVERY_MS = 30_000;

/** Those of the last 90 days. */
export const annotationsQuery = queryOptions({
  queryKey: [...casesKey, 'list'],
  queryFn: ({ signal }) => get<Schemas['AnnotationPage']>(PATH, {}, signal),
  placeholderData: keepPreviousData,
});

/** Those of a range, for the marks of charts. */
export const annotationMarksQuery = (range: Range, live: boolean) =>
  queryOptions({
    queryKey: [...casesKey, 'marks', range],
    queryFn: ({ signal }) => get<Schemas['AnnotationPage']>(PATH, { from: range.from, to: range.to }, signal),
    refetchInterval: live ? MARKS_EVERY_MS : false,
    staleTime: MARKS_EVERY_MS,
    placeholderData: keepPreviousData,
  });

const at = (id: string): string => `/api/v1/cases/${encodeURIComponent(id)}`;

export const caseQuery = (id: string, filters: readonly Filter[]) =>
  queryOptions({
    queryKey: [...casesKey, 'one', id, filters],
    queryFn: ({ signal }) => get<Case>(at(id), { filter: filters.map(formatFilter) }, signal),
    placeholderData: keepPreviousData,
  });

/** Where the browser gets the same as a page to keep. */
export const reportAddress = (id: string, filters: readonly Filter[], language: string): string =>
  `${at(id)}/report${toQuery({ filter: filters.map(formatFilter), language })}`;

export type AnnotationOrder =
  | { readonly kind: 'make'; readonly annotation: NewAnnotation }
  | { readonly kind: 'change'; readonly id: string; readonly annotation: NewAnnotation }
  | { readonly kind: 'remove'; readonly id: string };

async function apply(order: AnnotationOrder): Promise<Annotation> {
  const csrf = (await api.session()).csrf ?? '';
  if (order.kind === 'make') {
    return change<Annotation>(PATH, 'POST', order.annotation, csrf);
  }
  const path = `${PATH}/${encodeURIComponent(order.id)}`;
  return order.kind === 'change' ? change<Annotation>(path, 'PATCH', order.annotation, csrf) : change<Annotation>(path, 'DELETE', undefined, csrf);
}

/** Makes, changes or removes an annotation; all that is shown of them is asked for again. */
export function useChangeAnnotations() {
  const client = useQueryClient();
  return useMutation({ mutationFn: apply, onSettled: () => client.invalidateQueries({ queryKey: casesKey }) });
}
