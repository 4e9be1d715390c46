// The dashboard's own icons: 20 units wide, drawn with one line width.

const PATHS = {
  overview: 'M3 11.5a7 7 0 0 1 14 0M10 11.5l3-4M4 15.5h12',
  traces: 'M3 4.5h8M6 8.5h9M6 12.5h5M9 16.5h8M3 4.5v4h3v8h3',
  keys: 'M7 7.5a4 4 0 1 0 3.5 6L17 7l-.5-3-3 .5-6.5 6.5M6.5 13.5h.1',
  live: 'M2.5 10.5h3.5l2-6 4 11 2.5-7 1 2h2',
  alerts: 'M10 2.5a5 5 0 0 0-5 5c0 4-1.5 5.5-2 6.5h14c-.5-1-2-2.5-2-6.5a5 5 0 0 0-5-5zM8 16.5a2 2 0 0 0 4 0',
  cost: 'M10 3v14M14 6.5c-.8-1.2-2.2-1.8-4-1.8-2.3 0-3.8 1-3.8 2.6 0 3.9 8 1.7 8 5.5 0 1.7-1.7 2.7-4.2 2.7-2 0-3.5-.7-4.3-2',
  performance: 'M11 2.5L4.5 11.5H10L9 17.5l6.5-9H10z',
  sessions: 'M3 4h10v7H8l-3 2.5V11H3zM15 8h2v6h-1.5v2.5L12.5 14H9.5',
  agent: 'M5 8h10v8H5zM10 8V5M10 5a1 1 0 1 0 0-2 1 1 0 0 0 0 2zM8 11.5v1M12 11.5v1',
  tool: 'M12.5 4a3.5 3.5 0 0 0-3.3 4.7L4 14l2 2 5.3-5.2A3.5 3.5 0 0 0 16 7.5l-2 .5-1.5-1.5.5-2z',
  followups: 'M3 4h14v9H9l-4 3.5V13H3zM7 8.5l2 2 4-4',
  users: 'M8 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.5 16.5c.5-3 2.6-4.5 5.5-4.5s5 1.5 5.5 4.5M13 4.3a3 3 0 0 1 0 5.4M15 12.4c1.4.7 2.3 2 2.5 4.1',
  scenarios: 'M3 3h6v6H3zM11 3h6v6h-6zM3 11h6v6H3zM14 11v6M11 14h6',
  cases: 'M10 3v14M3 6.5l3.5 3 2-1.5M12 12.5l2.5-4 2.5 1.5M10 3h.1',
  limits: 'M4 15a7 7 0 1 1 12 0M10 11.5l3.5-4.5M10 11.5h.1',
  prices: 'M3 3h7l7 7-7 7-7-7zM6.8 6.8h.1',
  quality: 'M10 2.5l6 2.2v4.6c0 4-2.6 6.7-6 8.2-3.4-1.5-6-4.2-6-8.2V4.7zM7 9.8l2.2 2.2L13.2 8',
  calls: 'M3 5h2M8 5h9M3 10h2M8 10h9M3 15h2M8 15h9',
  plus: 'M10 4v12M4 10h12',
  close: 'M5 5l10 10M15 5L5 15',
  check: 'M4 10.5l4 4 8-9',
  chevronDown: 'M5 8l5 5 5-5',
  chevronLeft: 'M12 5l-5 5 5 5',
  chevronRight: 'M8 5l5 5-5 5',
  chevronUp: 'M5 12l5-5 5 5',
  arrowUp: 'M10 16V5M5.5 9.5L10 5l4.5 4.5',
  arrowDown: 'M10 4v11M5.5 10.5L10 15l4.5-4.5',
  arrowRight: 'M4 10h11M10.5 5.5L15 10l-4.5 4.5',
  equal: 'M4 8h12M4 12h12',
  clock: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6.5V10l2.5 2',
  refresh: 'M16 10a6 6 0 1 1-1.8-4.3M16 3v3.5h-3.5',
  play: 'M6 4.5v11l9-5.5z',
  pause: 'M7 4.5v11M13 4.5v11',
  search: 'M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4zM12.7 12.7L17 17',
  filter: 'M3 5h14M5.5 10h9M8 15h4',
  columns: 'M3 4h14v12H3zM8 4v12M12.5 4v12',
  download: 'M10 3v9M6 8.5l4 4 4-4M4 16h12',
  copy: 'M7 7h9v9H7zM13 7V4H4v9h3',
  table: 'M3 4h14v12H3zM3 8h14M3 12h14M9 8v8',
  chart: 'M4 16V9M8 16V5M12 16v-5M16 16V7',
  sun: 'M10 7a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM10 2.5v1.5M10 16v1.5M2.5 10H4M16 10h1.5M4.7 4.7l1 1M14.3 14.3l1 1M15.3 4.7l-1 1M5.7 14.3l-1 1',
  moon: 'M16 11.5A6.5 6.5 0 1 1 8.5 4a5 5 0 0 0 7.5 7.5z',
  system: 'M3 4h14v9H3zM7 16.5h6M10 13v3.5',
  language: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM3 10h14M10 3c-4.5 4.5-4.5 9.5 0 14M10 3c4.5 4.5 4.5 9.5 0 14',
  keyboard: 'M2.5 5.5h15v9h-15zM5.5 8.5h.1M8.5 8.5h.1M11.5 8.5h.1M14.5 8.5h.1M6.5 11.5h7',
  logOut: 'M8 4H4v12h4M8 10h9M13.5 6.5L17 10l-3.5 3.5',
  error: 'M10 3l7.5 13.5h-15zM10 8v4M10 14.2v.1',
  blocked: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM5.2 5.2l9.6 9.6',
  cut: 'M3 10h5M12 10h5M8 6l-1 8M13 6l-1 8',
  thumbUp: 'M3 9h3v8H3zM6 9l3.5-6a2 2 0 0 1 2 2.3L11 8h4.5a1.5 1.5 0 0 1 1.5 1.8l-1 5.7a1.8 1.8 0 0 1-1.8 1.5H6',
  thumbDown: 'M3 11h3V3H3zM6 11l3.5 6a2 2 0 0 0 2-2.3L11 12h4.5a1.5 1.5 0 0 0 1.5-1.8l-1-5.7A1.8 1.8 0 0 0 14.2 3H6',
  minus: 'M4 10h12',
  stream: 'M2.5 7c2.5-2 5-2 7.5 0s5 2 7.5 0M2.5 12.5c2.5-2 5-2 7.5 0s5 2 7.5 0',
  dots: 'M5 10h.1M10 10h.1M15 10h.1',
  settings: 'M3 6h7M14 6h3M12 4v4M3 14h3M10 14h7M8 12v4',
  link: 'M8.5 11.5l3-3M9 6l1.5-1.5a3 3 0 0 1 4.5 4.5L13.5 10.5M6.5 9.5L5 11a3 3 0 0 0 4.5 4.5L11 14',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration: what it means stands beside it as text or as the button's label. */
export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
