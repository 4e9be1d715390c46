import type { ReactNode } from 'react';

import classes from './DataTable.module.css';

export interface DataRows {
  readonly head: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
}

interface Props extends DataRows {
  readonly caption: string;
  /** How many of the first columns hold texts; the others hold numbers. */
  readonly texts?: number;
  /** On a narrow screen each row is a card, its cells with their column's name. */
  readonly cards?: boolean;
  /** Sums, below the rows. */
  readonly foot?: readonly ReactNode[];
}

/** A chart's numbers, or a list. The first cell of a row names it. */
export function DataTable({ caption, head, rows, texts = 1, cards = false, foot }: Props) {
  const side = (column: number) => (column < texts ? classes.text : undefined);
  return (
    // Scrollable regions can be reached by keyboard.
    <div className={classes.scroll} tabIndex={0} role="group" aria-label={caption}>
      <table className={`${classes.table} ${cards ? classes.cards : ''}`}>
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {head.map((name, column) => (
              <th key={name} scope="col" className={side(column)}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells: [first, ...rest] }) => (
            <tr key={key}>
              <th scope="row">{first}</th>
              {rest.map((cell, index) => (
                <td key={index} className={side(index + 1)} data-label={head[index + 1]}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {foot !== undefined && (
          <tfoot>
            <tr>
              <th scope="row">{foot[0]}</th>
              {foot.slice(1).map((cell, index) => (
                <td key={index} className={side(index + 1)} data-label={head[index + 1]}>
                  {cell}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}
