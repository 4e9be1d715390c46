import classes from './PartTabs.module.css';

interface Props<V extends string> {
  /** What they choose between, for who does not see them. */
  readonly label: string;
  readonly values: readonly V[];
  readonly current: V;
  readonly nameOf: (value: V) => string;
  readonly onChoose: (value: V) => void;
  readonly testid: string;
}

/** A row of buttons of which one holds: the parts of a page, or its measures. */
export function PartTabs<V extends string>({ label, values, current, nameOf, onChoose, testid }: Props<V>) {
  return (
    <div className={classes.tabs} role="group" aria-label={label}>
      {values.map((value) => (
        <button
          key={value}
          type="button"
          className={classes.tab}
          aria-pressed={value === current}
          onClick={() => onChoose(value)}
          data-testid={`${testid}-${value}`}
        >
          {nameOf(value)}
        </button>
      ))}
    </div>
  );
}
