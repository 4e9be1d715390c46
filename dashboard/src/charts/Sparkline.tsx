import classes from './Sparkline.module.css';

const WIDTH = 200;
const HEIGHT = 44;

interface Props {
  readonly values: readonly (number | null)[];
  readonly tone: 'fluid' | 'brass' | 'violet' | 'bad';
}

/** The level of one figure over time, as what stands in a glass. Decoration beside the figure's own words. */
export function Sparkline({ values, tone }: Props) {
  const most = Math.max(...values.map((value) => value ?? 0), 0);
  const step = values.length > 1 ? WIDTH / (values.length - 1) : WIDTH;
  const points = values.flatMap((value, index) =>
    value === null ? [] : [{ x: index * step, y: HEIGHT - 2 - (most > 0 ? (value / most) * (HEIGHT - 8) : 0) }],
  );
  const line = points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) {
    return <span className={classes.spark} />;
  }
  return (
    <svg
      className={classes.spark}
      data-tone={tone}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <path className={classes.area} d={`${line}L${last.x.toFixed(1)} ${HEIGHT}L${first.x.toFixed(1)} ${HEIGHT}Z`} />
      <path className={classes.line} d={line} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
