import classes from './Logo.module.css';

/** A sight glass in its pipe, with what flows behind the glass. */
export function Logo({ size = 34 }: { readonly size?: number }) {
  return (
    <svg
      className={classes.logo}
      width={size * 1.25}
      height={size}
      viewBox="0 0 40 32"
      aria-hidden="true"
      focusable="false"
    >
      <path className={classes.pipe} d="M0 11.5h6v9H0zM34 11.5h6v9h-6z" />
      <path className={classes.flange} d="M4.5 9h3v14h-3zM32.5 9h3v14h-3z" />
      <circle className={classes.glass} cx="20" cy="16" r="13" />
      <clipPath id="sight-glass">
        <circle cx="20" cy="16" r="11" />
      </clipPath>
      <g clipPath="url(#sight-glass)">
        <path className={classes.fluidBack} d="M-4 15.5q4-3 8 0t8 0 8 0 8 0 8 0 8 0 8 0 8 0V32H-4z" />
        <path className={classes.fluid} d="M-4 17.5q4-3 8 0t8 0 8 0 8 0 8 0 8 0 8 0 8 0V32H-4z" />
      </g>
      <circle className={classes.ring} cx="20" cy="16" r="12" />
      <path className={classes.shine} d="M12.5 11.5a9 9 0 0 1 5-3.600" />
    </svg>
  );
}
