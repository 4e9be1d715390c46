import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { EmptyState, ErrorState, Loading, Skeleton } from '@/components/States';

interface Props<T> {
  readonly query: UseQueryResult<T>;
  readonly isEmpty: (data: T) => boolean;
  readonly empty: string;
  readonly emptyHow?: string;
  readonly children: (data: T) => ReactNode;
}

/** What is there, or why it is not. */
export function Part<T>({ query, isEmpty, empty, emptyHow, children }: Props<T>) {
  if (query.isPending) {
    return (
      <Loading>
        <Skeleton height={180} />
      </Loading>
    );
  }
  if (query.data === undefined) {
    return <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />;
  }
  return isEmpty(query.data) ? <EmptyState compact title={empty} {...(emptyHow === undefined ? {} : { detail: emptyHow })} /> : children(query.data);
}
