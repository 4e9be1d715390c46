import type { ReactNode } from 'react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

import { Icon } from '@/components/Icon';

import dataClasses from './DataTable.module.css';
import classes from './SortTable.module.css';

export interface SortColumn {
  readonly id: string;
  readonly name: string;
  readonly hint?: string;
  /** The order with the largest first; a column without it cannot be sorted by. */
  readonly down?: string;
  /** The order with the smallest first, where there is one. */
  readonly up?: string;
  readonly text?: boolean;
}

export interface SortRow {
  readonly key: string;
  readonly cells: readonly ReactNode[];
}

interface Props {
  readonly caption: string;
  readonly columns: readonly SortColumn[];
  readonly rows: readonly SortRow[];
  readonly order: string;
  readonly onOrder: (order: string) => void;
  readonly testid?: string;
  readonly rowTestid?: string;
}

const directionOf = ({ down, up }: SortColumn, order: string): 'descending' | 'ascending' | undefined =>
  down === order ? 'descending' : up === order ? 'ascending' : undefined;

/** A table whose order is chosen at its heads; on a narrow screen each row is a card, and the order is a list to choose from. */
export function SortTable({ caption, columns, rows, order, onOrder, testid, rowTestid }: Props) {
  const side = (column: SortColumn | undefined) => (column?.text === true ? `${dataClasses.text} ${classes.wide}` : undefined);
  return (
    <div className={classes.wrap}>
      <OrderList columns={columns} order={order} onOrder={onOrder} />
      {/* Scrollable regions can be reached by keyboard. */}
      <div className={dataClasses.scroll} tabIndex={0} role="group" aria-label={caption}>
        <table className={`${dataClasses.table} ${dataClasses.cards} ${classes.table}`} data-testid={testid}>
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <Head key={column.id} column={column} order={order} onOrder={onOrder} side={side(column)} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, cells: [first, ...rest] }) => (
              <tr key={key} data-testid={rowTestid}>
                <th scope="row">{first}</th>
                {rest.map((cell, index) => (
                  <td key={index} className={side(columns[index + 1])} data-label={columns[index + 1]?.name}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

interface HeadProps {
  readonly column: SortColumn;
  readonly order: string;
  readonly onOrder: (order: string) => void;
  readonly side: string | undefined;
}

function Head({ column, order, onOrder, side }: HeadProps) {
  const { name, hint, down, up } = column;
  const direction = directionOf(column, order);
  return (
    <th scope="col" aria-sort={direction} className={side} title={hint}>
      {down === undefined ? (
        name
      ) : (
        <button
          type="button"
          className={classes.sort}
          onClick={() => onOrder(direction === 'descending' && up !== undefined ? up : down)}
          data-testid={`sort-${column.id}`}
        >
          {name}
          {direction !== undefined && <Icon name={direction === 'descending' ? 'arrowDown' : 'arrowUp'} size={13} />}
        </button>
      )}
    </th>
  );
}

/** For narrow screens, where there are no heads. */
function OrderList({ columns, order, onOrder }: Pick<Props, 'columns' | 'order' | 'onOrder'>) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className={classes.order}>
      <label htmlFor={id}>{t('state.sortedBy')}</label>
      <select id={id} value={order} onChange={(event) => onOrder(event.target.value)}>
        {columns.flatMap(({ id: column, name, down, up }) => [
          ...(down === undefined ? [] : [<option key={`-${column}`} value={down} children={`${name} ↓`} />]),
          ...(up === undefined ? [] : [<option key={column} value={up} children={`${name} ↑`} />]),
        ])}
      </select>
    </div>
  );
}
