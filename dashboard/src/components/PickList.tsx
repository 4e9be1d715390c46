// A list to search and pick from: a text field with its list always open. Arrow keys move, Enter picks.
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Icon } from './Icon';
import classes from './PickList.module.css';

export interface PickItem {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
  readonly group?: string;
  readonly chosen?: boolean;
}

interface Props {
  readonly label: string;
  readonly items: readonly PickItem[];
  readonly onPick: (value: string) => void;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly loading?: boolean;
  readonly empty?: string;
}

export function PickList({ label, items, onPick, text, onText, loading = false, empty }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const current = Math.min(active, items.length - 1);

  const move = (to: number) => {
    setActive(to);
    list.current?.querySelector(`[data-index="${to}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      move(Math.max(0, Math.min(items.length - 1, current + (event.key === 'ArrowDown' ? 1 : -1))));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const item = items[current];
      if (item) {
        onPick(item.value);
      }
    }
  };

  return (
    <div className={classes.pickList}>
      <div className={classes.field}>
        <Icon name="search" size={16} />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={current >= 0 ? `${id}-${current}` : undefined}
          aria-label={label}
          placeholder={label}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          value={text}
          onChange={(event) => {
            onText(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {/* A list box without options would be one that is broken. */}
      <div
        ref={list}
        id={`${id}-list`}
        role={items.length === 0 ? 'group' : 'listbox'}
        aria-label={label}
        className={classes.list}
        tabIndex={-1}
      >
        {items.map((item, index) => (
          <Option
            key={item.value}
            item={item}
            index={index}
            id={`${id}-${index}`}
            active={index === current}
            heading={item.group !== undefined && item.group !== items[index - 1]?.group ? item.group : null}
            onPick={onPick}
            onHover={() => setActive(index)}
          />
        ))}
        {items.length === 0 && (
          <p className={classes.empty}>{loading ? t('app.loading') : (empty ?? t('state.noData'))}</p>
        )}
      </div>
    </div>
  );
}

interface OptionProps {
  readonly item: PickItem;
  readonly index: number;
  readonly id: string;
  readonly active: boolean;
  readonly heading: ReactNode;
  readonly onPick: (value: string) => void;
  readonly onHover: () => void;
}

function Option({ item, index, id, active, heading, onPick, onHover }: OptionProps) {
  return (
    <>
      {heading !== null && (
        <div className={classes.group} role="presentation">
          {heading}
        </div>
      )}
      {/* The text field above has the focus and the keys. */}
      <div
        id={id}
        role="option"
        tabIndex={-1}
        aria-selected={item.chosen ?? false}
        data-index={index}
        data-active={active || undefined}
        className={classes.option}
        onMouseMove={onHover}
        onClick={() => onPick(item.value)}
      >
        <span className={classes.mark}>{item.chosen === true && <Icon name="check" size={14} />}</span>
        <span className={classes.text}>{item.label}</span>
        {item.hint !== undefined && <span className={classes.hint}>{item.hint}</span>}
      </div>
    </>
  );
}
