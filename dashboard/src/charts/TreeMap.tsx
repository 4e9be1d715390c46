import { useElementSize } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';

import type { ViewSearch } from '@/view/search';

import { cssColor, type ColorToken } from './colors';
import { treemap } from './treemap';
import classes from './TreeMap.module.css';

export interface TreePart {
  readonly key: string;
  readonly name: string;
  readonly value: number;
  readonly text: string;
  readonly share: string;
  readonly color: ColorToken;
  /** Where its tile leads; null for what is not one group. */
  readonly search: ViewSearch | null;
}

interface Props {
  readonly label: string;
  /** The largest first. */
  readonly parts: readonly TreePart[];
}

/** Smaller tiles have no room for words; their names are said on hover and to those who listen. */
const WIDTH_FOR_NAME = 56;
const HEIGHT_FOR_NAME = 26;
const HEIGHT_FOR_TEXT = 48;

/** Shares of a whole as tiles. Each leads to its calls. */
export function TreeMap({ label, parts }: Props) {
  const { ref, width, height } = useElementSize<HTMLUListElement>();
  const shown = parts.filter(({ value }) => value > 0);
  const tiles =
    width > 0 && height > 0
      ? treemap(
          shown.map(({ value }) => value),
          width / height,
        )
      : [];
  return (
    <ul ref={ref} className={classes.map} aria-label={label}>
      {shown.map(({ key, name, text, share, color, search }, index) => {
        const tile = tiles[index];
        if (tile === undefined) {
          return null;
        }
        const pixels = { width: tile.width * width, height: tile.height * height };
        const named = pixels.width >= WIDTH_FOR_NAME && pixels.height >= HEIGHT_FOR_NAME;
        const content = (
          <>
            <span className={named ? classes.name : 'sr-only'}>{name}</span>{' '}
            <span className={named && pixels.height >= HEIGHT_FOR_TEXT ? classes.text : 'sr-only'}>
              {text} <span className={classes.share}>{share}</span>
            </span>
          </>
        );
        return (
          <li
            key={key}
            className={classes.tile}
            style={{
              left: `${tile.left * 100}%`,
              top: `${tile.top * 100}%`,
              width: `${tile.width * 100}%`,
              height: `${tile.height * 100}%`,
            }}
          >
            {search === null ? (
              <span className={classes.inside} style={{ '--tile': cssColor(color) } as React.CSSProperties} title={`${name}: ${text}, ${share}`}>
                {content}
              </span>
            ) : (
              <Link
                to="/calls"
                search={search}
                className={classes.inside}
                style={{ '--tile': cssColor(color) } as React.CSSProperties}
                title={`${name}: ${text}, ${share}`}
                data-testid="tree-tile"
              >
                {content}
              </Link>
            )}
          </li>
        );
      })}
    </ul>
  );
}
