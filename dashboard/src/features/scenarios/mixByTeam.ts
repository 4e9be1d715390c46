// Rows by team and scenario become teams with their scenarios.
interface Row {
  readonly team: string | null;
  readonly scenario: string | null;
  readonly calls: number;
}

export interface TeamMix {
  readonly team: string | null;
  readonly calls: number;
  /** The largest first. */
  readonly scenarios: readonly { readonly scenario: string | null; readonly calls: number }[];
}

/** The largest team first. */
export function mixByTeam(rows: readonly Row[]): readonly TeamMix[] {
  const teams = new Map<string | null, Row[]>();
  for (const row of rows) {
    const own = teams.get(row.team);
    if (own === undefined) {
      teams.set(row.team, [row]);
    } else {
      own.push(row);
    }
  }
  return [...teams]
    .map(([team, own]) => ({
      team,
      calls: own.reduce((total, { calls }) => total + calls, 0),
      scenarios: own.toSorted((a, b) => b.calls - a.calls).map(({ scenario, calls }) => ({ scenario, calls })),
    }))
    .toSorted((a, b) => b.calls - a.calls);
}
