import { cssColor } from './colors';
import classes from './Legend.module.css';
import type { ColorToken } from './colors';

export interface LegendItem {
  readonly key: string;
  readonly name: string;
  readonly color: ColorToken;
  readonly value?: string;
  readonly onPick?: () => void;
  readonly hint?: string;
}

interface Props {
  readonly items: readonly LegendItem[];
  readonly onHighlight: (key: string | null) => void;
}

/** Names the colours of a chart. An item under the pointer stands out in it; a click filters. */
export function Legend({ items, onHighlight }: Props) {
  return (
    <ul className={classes.legend}>
      {items.map(({ key, name, color, value, onPick, hint }) => {
        const content = (
          <>
            <span className={classes.swatch} style={{ background: cssColor(color) }} />
            <span className={classes.name}>{name}</span>
            {value !== undefined && <span className={classes.value}>{value}</span>}
          </>
        );
        const follow = {
          onPointerEnter: () => onHighlight(key),
          onPointerLeave: () => onHighlight(null),
          onFocus: () => onHighlight(key),
          onBlur: () => onHighlight(null),
        };
        return (
          <li key={key}>
            {onPick ? (
              <button type="button" className={classes.item} title={hint} onClick={onPick} {...follow}>
                {content}
              </button>
            ) : (
              <span className={classes.item} {...follow}>
                {content}
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
