import classes from './Dropdown.module.css';
import { Icon, type IconName } from './Icon';

export interface Choice<V extends string> {
  readonly value: V;
  readonly label: string;
  readonly icon?: IconName;
  readonly lang?: string;
}

interface Props<V extends string> {
  readonly choices: readonly Choice<V>[];
  readonly current: V | null;
  readonly onChoose: (value: V) => void;
  readonly testid?: string;
}

/** A few values of which one holds, for a panel. */
export function Choices<V extends string>({ choices, current, onChoose, testid }: Props<V>) {
  return (
    <div className={classes.choices}>
      {choices.map(({ value, label, icon, lang }) => (
        <button
          key={value}
          type="button"
          className={classes.choice}
          lang={lang}
          aria-pressed={value === current}
          onClick={() => onChoose(value)}
          data-testid={testid === undefined ? undefined : `${testid}-${value}`}
        >
          {icon !== undefined && <Icon name={icon} size={16} />}
          <span>{label}</span>
          {value === current && <Icon name="check" size={14} />}
        </button>
      ))}
    </div>
  );
}
