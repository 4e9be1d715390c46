import { Link } from '@tanstack/react-router';

import { useFormat } from '@/i18n/useFormat';
import { parseFilter, type Filter } from '@/view/filters';
import { callsSearch, useView } from '@/view/useView';

interface Props {
  readonly count: number;
  /** As the API writes them; null where no filters say which calls are meant. */
  readonly filters: readonly string[] | null;
}

/** A number that leads to its calls. Zero leads nowhere. */
export function CallsLink({ count, filters }: Props) {
  const format = useFormat();
  const view = useView();
  if (count === 0 || filters === null) {
    return <>{format.integer(count)}</>;
  }
  const wanted = filters.map(parseFilter).filter((filter): filter is Filter => filter !== null);
  return (
    <Link to="/calls" search={callsSearch(view, wanted)}>
      {format.integer(count)}
    </Link>
  );
}
