import { flexRender, type Row } from '@tanstack/react-table';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';

import { startedAt } from '@/api/calls';
import type { CallSummary } from '@/api/types';
import { useFormat } from '@/i18n/useFormat';

import classes from './CallsTable.module.css';
import type { features } from './columns';

interface Props {
  readonly row: Row<typeof features, CallSummary>;
  readonly index: number;
  readonly top: number;
  readonly template: string;
  /** What the cells are drawn by; another one draws the row anew. */
  readonly look: unknown;
  readonly selected: boolean;
  readonly onOpen: (id: string) => void;
}

/** The table makes its rows anew at each scroll step; what counts is the call. */
const isSame = (a: Props, b: Props): boolean =>
  a.row.original === b.row.original &&
  a.index === b.index &&
  a.top === b.top &&
  a.template === b.template &&
  a.look === b.look &&
  a.selected === b.selected &&
  a.onOpen === b.onOpen;

export const CallRow = memo(function CallRow({ row, index, top, template, selected, onOpen }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const open = () => onOpen(row.id);
  return (
    // The button in the first cell does the same by keyboard.
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      className={classes.row}
      data-selected={selected || undefined}
      data-failed={row.original.status === 'error' || row.original.status === 'interrupted' || undefined}
      data-testid="call-row"
      data-call-id={row.id}
      style={{ top, gridTemplateColumns: template }}
      onClick={open}
    >
      {row.getVisibleCells().map((cell, i) => (
        <div
          key={cell.id}
          role="cell"
          className={cell.column.columnDef.meta?.numeric === true ? `${classes.cell} ${classes.numeric}` : classes.cell}
        >
          {i === 0 && (
            <button
              type="button"
              className={classes.open}
              aria-label={t('calls.open', { time: format.dateTime(startedAt(row.original)) })}
              data-call={row.id}
            />
          )}
          {flexRender(cell.column.columnDef.cell, cell.getContext())}
        </div>
      ))}
    </div>
  );
}, isSame);
